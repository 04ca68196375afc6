"""Why a stall happened, from what the kernel and the interpreter counted during it. Pure arithmetic.

The run-queue delay is subtracted first: if what remains is still over the threshold, that is classified and
the delay is only reported; a plain "more than half of the time" rule named the wrong cause on a loaded
machine. What was neither on a CPU nor in the run queue was waiting; the samples say for what.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from loopaudit.runtime.events import Shares
from loopaudit.runtime.kernel import GIL, RUNNING

HALF = 0.5
FIFTH = 0.2
"""Of its time at the GIL a hogging thread shows this much on a CPU even on a crowded machine."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a stall when it ends; None where this system does not tell.

    states: what the loop's thread was seen doing, a word a sample. starved_seconds: how long the watchdog
    was kept from the interpreter. other_cpu_seconds: what other threads of this process burned meanwhile.
    """

    duration_seconds: float
    threshold_seconds: float
    cpu_seconds: float | None = None
    run_queue_seconds: float | None = None
    gc_seconds: float = 0.0
    states: tuple[str, ...] = ()
    starved_seconds: float = 0.0
    other_cpu_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cause, what it was waiting in, what it held, and the shares of time behind it."""

    cause: str
    shares: Shares
    waiting_in: str | None = None
    holds: str | None = None


def judge_cause(facts: Facts) -> Verdict:
    """The largest part of what remains after the run-queue delay."""
    duration = max(facts.duration_seconds, 1e-9)
    if facts.cpu_seconds is None:
        return Verdict("unknown", Shares(gc=facts.gc_seconds / duration))
    queued = min(facts.run_queue_seconds or 0.0, duration)
    if _is_kept_out(facts, duration):  # who waits for the GIL wakes every 5 ms, and queues for a CPU to do so
        queued = min(queued, max(duration - (facts.other_cpu_seconds or 0.0), 0.0))
    on_cpu = min(facts.cpu_seconds, duration - queued)
    waited = max(duration - queued - on_cpu, 0.0)
    if facts.states and all(state == RUNNING for state in facts.states):
        queued, waited = queued + waited, 0.0  # never seen in the kernel: time stolen from the whole machine
    gil = _split_off_gil(facts, waited)
    shares = Shares(
        on_cpu=on_cpu / duration,
        waiting=(waited - gil) / duration,
        gil=gil / duration,
        gc=min(facts.gc_seconds, duration) / duration,
        run_queue=queued / duration,
    )
    cause = _choose(facts, duration - queued, on_cpu, waited - gil, gil)
    waiting_in = _most_common_wait(facts.states) if cause == "blocking" else None
    return Verdict(cause, shares, waiting_in, _judge_hold(facts, cause, duration))


def _is_kept_out(facts: Facts, duration: float) -> bool:
    """Whether neither the watchdog nor the loop could run while other threads of this process did."""
    others = facts.other_cpu_seconds or 0.0
    is_other = others >= FIFTH * duration and others > (facts.cpu_seconds or 0.0)
    return is_other and facts.starved_seconds >= HALF * duration


def _split_off_gil(facts: Facts, waited: float) -> float:
    """How much of the waiting was for the GIL: by the samples, or by a starved watchdog beside busy
    threads.
    """
    waits = [state for state in facts.states if state != RUNNING]
    by_samples = waited * (waits.count(GIL) / len(waits)) if waits else 0.0
    others = facts.other_cpu_seconds or 0.0
    if facts.starved_seconds >= HALF * waited and others >= FIFTH * facts.starved_seconds:
        return max(by_samples, min(facts.starved_seconds, waited))
    return by_samples


def _choose(facts: Facts, remaining: float, on_cpu: float, waiting: float, gil: float) -> str:
    if remaining < facts.threshold_seconds:
        return "machine"
    largest = max(on_cpu, waiting, gil)
    if facts.gc_seconds >= HALF * remaining:
        return "gc"
    if largest == on_cpu:
        return "cpu"
    return "gil" if largest == gil else "blocking"


def _most_common_wait(states: tuple[str, ...]) -> str | None:
    waits = Counter(state for state in states if state not in (RUNNING, GIL))
    return waits.most_common(1)[0][0] if waits else None


def _judge_hold(facts: Facts, cause: str, duration: float) -> str | None:
    """A loop thread that kept the watchdog out held the GIL itself, unless another thread did."""
    if cause in ("cpu", "blocking", "gc") and facts.starved_seconds >= HALF * duration:
        return "gil"
    return None
