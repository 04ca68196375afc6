"""Looks at a stalled loop, and the stall that is made of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loopaudit.runtime.causes import Facts, judge_cause
from loopaudit.runtime.events import Place, Stall, ThreadHog, Whose
from loopaudit.runtime.primitives import Lookup, match_primitive
from loopaudit.runtime.stacks import Reading, read_stack

if TYPE_CHECKING:
    from loopaudit.runtime.frames import Frames
    from loopaudit.runtime.kernel import Usage
    from loopaudit.runtime.starvation import Burns
    from loopaudit.runtime.whereabouts import Sighting


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: when, the kernel's word for the thread, the stack, the task."""

    at: float
    state: str | None
    frames: Frames
    sighting: Sighting


@dataclass(slots=True)
class OpenStall:
    """A stall that is being looked at: the figures at its start, and the samples so far."""

    period: int
    since: float
    usage: Usage
    others: Burns
    samples: list[Sample] = field(default_factory=list)
    starved_seconds: float = 0.0
    hog: ThreadHog | None = None
    announce_after_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known at the end: the exact times, and what the thread and the others have used by then."""

    start: float
    end: float
    wall_start: float
    threshold_seconds: float
    usage: Usage
    gc_seconds: float
    other_cpu_seconds: float
    lag_seconds: float
    is_over: bool = True


def make_stall(open_stall: OpenStall, outcome: Outcome, own: frozenset[str], lookup: Lookup) -> Stall:
    """Judge a stall by everything that was seen of it."""
    duration = outcome.end - outcome.start
    verdict = judge_cause(_gather_facts(open_stall, outcome, duration))
    chosen = choose_sample(open_stall.samples, own)
    whose = chosen[0].sighting.read() if chosen else Whose()
    reading = chosen[1] if chosen else Reading(None, (), ())
    return Stall(
        time=outcome.wall_start,
        duration_seconds=duration,
        cause=verdict.cause,
        where=reading.where,
        primitive=match_primitive(reading.calls, lookup),
        stack=reading.stack,
        whose=whose,
        holds=verdict.holds,
        waiting_in=verdict.waiting_in,
        thread_hog=open_stall.hog if verdict.cause == "gil" else None,
        shares=verdict.shares,
        lag_seconds=outcome.lag_seconds,
        samples=len(open_stall.samples),
        is_over=outcome.is_over,
    )


def _gather_facts(open_stall: OpenStall, outcome: Outcome, duration: float) -> Facts:
    return Facts(
        duration_seconds=duration,
        threshold_seconds=outcome.threshold_seconds,
        cpu_seconds=_subtract(outcome.usage.cpu_seconds, open_stall.usage.cpu_seconds),
        run_queue_seconds=_subtract(outcome.usage.run_queue_seconds, open_stall.usage.run_queue_seconds),
        gc_seconds=outcome.gc_seconds,
        states=tuple(sample.state for sample in open_stall.samples if sample.state is not None),
        starved_seconds=open_stall.starved_seconds,
        other_cpu_seconds=outcome.other_cpu_seconds,
    )


def _subtract(after: float | None, before: float | None) -> float | None:
    return after - before if after is not None and before is not None else None


def choose_sample(samples: list[Sample], own: frozenset[str]) -> tuple[Sample, Reading] | None:
    """The first sample at the place that was seen most often: a stall of many small parts has a busiest
    one.
    """
    readings = [
        (sample, read_stack(sample.frames, own | sample.sighting.own_packages())) for sample in samples
    ]
    if not readings:
        return None
    places: Counter[Place | None] = Counter(reading.where for _, reading in readings)
    known = [place for place, _ in places.most_common() if place is not None]
    busiest = known[0] if known else None
    return next(pair for pair in readings if pair[1].where == busiest)
