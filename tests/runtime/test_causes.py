"""A stall's cause follows from what was counted, with the machine's share taken off first."""

from __future__ import annotations

import pytest
from loopaudit.runtime.causes import Facts, judge_cause
from loopaudit.runtime.kernel import GIL, LOCK, RUNNING


def facts(**known: object) -> Facts:
    return Facts(**{"duration_seconds": 1.0, "threshold_seconds": 0.1, **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cause", "known"),
    [
        ("cpu", facts(cpu_seconds=0.95, run_queue_seconds=0.0, states=(RUNNING,))),
        ("blocking", facts(cpu_seconds=0.0, run_queue_seconds=0.0, states=("fsync",) * 5)),
        ("blocking", facts(cpu_seconds=0.0, run_queue_seconds=0.0, states=(LOCK,))),
        ("gil", facts(cpu_seconds=0.1, run_queue_seconds=0.0, states=(GIL, GIL, RUNNING))),
        ("gc", facts(cpu_seconds=0.95, run_queue_seconds=0.0, gc_seconds=0.9, states=(RUNNING,))),
        ("machine", facts(cpu_seconds=0.05, run_queue_seconds=0.94, states=(RUNNING,))),
        ("machine", facts(cpu_seconds=0.05, run_queue_seconds=0.3, states=(RUNNING,) * 9)),
        ("unknown", facts()),
    ],
)
def test_the_largest_part_names_the_cause(cause: str, known: Facts) -> None:
    assert judge_cause(known).cause == cause


def test_a_starved_machine_is_only_an_annotation_when_enough_remains() -> None:
    verdict = judge_cause(facts(cpu_seconds=0.3, run_queue_seconds=0.7, states=(RUNNING,)))
    assert verdict.cause == "cpu"
    assert verdict.shares.run_queue == pytest.approx(0.7)


def test_what_it_waits_in_is_the_commonest_wait_of_the_samples() -> None:
    states = (RUNNING, "connect", "recvfrom", "recvfrom")
    assert judge_cause(facts(cpu_seconds=0.0, states=states)).waiting_in == "recvfrom"


def test_a_cpu_stall_waits_in_nothing() -> None:
    assert judge_cause(facts(cpu_seconds=1.0, states=(RUNNING, "read"))).waiting_in is None


def test_a_watchdog_kept_out_by_a_busy_thread_means_the_gil_even_without_a_sample() -> None:
    verdict = judge_cause(facts(cpu_seconds=0.0, starved_seconds=0.9, other_cpu_seconds=0.9))
    assert verdict.cause == "gil"


def test_queueing_for_a_cpu_to_ask_for_the_gil_is_still_the_gil() -> None:
    crowded = facts(cpu_seconds=0.0, run_queue_seconds=1.0, starved_seconds=1.0, other_cpu_seconds=0.5)
    assert judge_cause(crowded).cause == "gil"


def test_a_loop_that_keeps_the_watchdog_out_by_itself_holds_the_gil() -> None:
    verdict = judge_cause(facts(cpu_seconds=1.0, starved_seconds=0.9, other_cpu_seconds=0.0))
    assert (verdict.cause, verdict.holds) == ("cpu", "gil")


def test_the_shares_add_up_to_the_whole() -> None:
    shares = judge_cause(facts(cpu_seconds=0.2, run_queue_seconds=0.1, states=(GIL, "read"))).shares
    parts = (shares.on_cpu, shares.waiting, shares.gil, shares.run_queue)
    assert sum(part for part in parts if part is not None) == pytest.approx(1.0)


def test_a_system_that_tells_nothing_says_so_instead_of_guessing() -> None:
    shares = judge_cause(facts()).shares
    assert (shares.on_cpu, shares.waiting, shares.run_queue) == (None, None, None)
