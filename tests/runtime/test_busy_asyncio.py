"""The selector sensor times the loop exactly and leaves no trace."""

from __future__ import annotations

import asyncio

import pytest
from loopaudit.runtime.busy_asyncio import SelectorSensor, find_selector

from tests.runtime.clocks import FakeClock


class FakeSelector:
    """Waits for as long as it is told, on the fake clock."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.error: BaseException | None = None

    def select(self, timeout: float | None = None) -> object:
        """Let the timeout pass."""
        self._clock.advance(timeout or 0.0)
        if self.error is not None:
            raise self.error
        return []


def started(threshold: float = 0.1) -> tuple[FakeClock, FakeSelector, SelectorSensor]:
    clock = FakeClock()
    selector = FakeSelector(clock)
    sensor = SelectorSensor(selector, threshold, clock)
    sensor.start()
    return clock, selector, sensor


def test_time_in_select_is_idle_and_time_outside_is_busy() -> None:
    clock, selector, sensor = started()
    clock.advance(0.02)
    selector.select(5.0)
    clock.advance(0.03)
    assert sensor.read(clock.now).busy_total_seconds == pytest.approx(0.05)


def test_a_period_begins_when_select_returns() -> None:
    clock, selector, sensor = started()
    selector.select(5.0)
    began = clock.now
    clock.advance(0.25)
    reading = sensor.read(clock.now)
    assert reading.busy_since == began
    assert sensor.is_still(reading.period)


def test_a_long_period_is_reported_with_its_exact_ends() -> None:
    clock, selector, sensor = started()
    selector.select(1.0)
    start = clock.now
    clock.advance(0.25)
    end = clock.now
    selector.select(1.0)
    [period] = sensor.drain()
    assert (period.start, period.end) == (start, end)
    assert sensor.drain() == []


def test_a_short_period_is_not_reported() -> None:
    clock, selector, sensor = started()
    clock.advance(0.09)
    selector.select(1.0)
    assert sensor.drain() == []


def test_coming_round_ends_the_period_that_was_read() -> None:
    clock, selector, sensor = started()
    reading = sensor.read(clock.now)
    selector.select(0.0)
    assert not sensor.is_still(reading.period)


def test_an_error_out_of_select_is_passed_on_and_the_loop_is_busy_again() -> None:
    clock, selector, sensor = started()
    selector.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        selector.select(1.0)
    assert sensor.read(clock.now).busy_since == clock.now


def test_stopping_restores_the_selector() -> None:
    clock = FakeClock()
    selector = FakeSelector(clock)
    before = dict(vars(selector))
    sensor = SelectorSensor(selector, 0.1, clock)
    sensor.start()
    assert vars(selector) != before
    sensor.stop()
    assert vars(selector) == before
    assert sensor.read(clock.now).busy_since is None


def test_stopping_leaves_a_wrapper_that_came_later_alone() -> None:
    _, selector, sensor = started()
    ours = selector.select

    def later(timeout: float | None = None) -> object:
        return ours(timeout)

    selector.select = later  # type: ignore[method-assign] # what another profiler would do
    sensor.stop()
    assert selector.select is later


def test_a_real_loop_has_a_selector_to_time() -> None:
    loop = asyncio.new_event_loop()
    try:
        assert find_selector(loop) is not None
    finally:
        loop.close()
