"""libuv's two counters, idle time and loop count, are enough to know periods."""

from __future__ import annotations

import pytest
from loopaudit.runtime.busy_uvloop import Books


def test_an_idle_loop_is_not_busy() -> None:
    books = Books(0.1)
    books.enter(0.0, 0.0, 1)
    assert books.enter(0.01, 0.01, 1).busy_since is None


def test_standing_counters_mean_one_period_that_began_before() -> None:
    books = Books(0.1)
    books.enter(0.00, 0.000, 1)
    books.enter(0.01, 0.004, 1)
    reading = books.enter(0.02, 0.004, 1)
    assert reading.busy_since == pytest.approx(0.004)
    assert books.enter(0.03, 0.004, 1).period == reading.period


def test_the_end_is_where_idle_time_moves_again() -> None:
    books = Books(0.1)
    books.enter(0.00, 0.00, 1)
    for tick in range(1, 31):
        books.enter(tick * 0.01, 0.0, 1)
    books.enter(0.31, 0.006, 2)
    [period] = books.drain()
    assert period.start == pytest.approx(0.0)
    assert period.end == pytest.approx(0.304)


def test_a_saturated_loop_that_never_waits_is_no_stall() -> None:
    books = Books(0.1)
    for tick in range(100):
        reading = books.enter(tick * 0.01, 0.0, tick * 40)
        assert reading.busy_since is None or tick * 0.01 - reading.busy_since < 0.01
    assert books.drain() == []


def test_a_period_seen_only_as_it_ends_is_counted_once() -> None:
    books = Books(0.1)
    books.enter(0.00, 0.0, 1)
    reading = books.enter(0.41, 0.005, 1)
    assert reading.busy_since == pytest.approx(0.005)
    books.enter(0.42, 0.014, 2)
    [period] = books.drain()
    assert period.end - period.start == pytest.approx(0.405, abs=0.01)


def test_a_late_look_at_a_healthy_loop_is_no_stall() -> None:
    books = Books(0.1)
    books.enter(0.0, 0.0, 1)
    books.enter(0.5, 0.2, 900)
    books.enter(0.51, 0.21, 901)
    assert books.drain() == []


def test_busy_seconds_add_up() -> None:
    books = Books(0.1)
    books.enter(0.0, 0.0, 1)
    books.enter(1.0, 0.75, 20)
    assert books.enter(2.0, 1.0, 40).busy_total_seconds == pytest.approx(1.0)
