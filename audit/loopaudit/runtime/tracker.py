"""From ticks to stalls: which period is being watched, when to sample it, and what to say when it ends."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.runtime.events import Event, GcPause, Stall
from loopaudit.runtime.sampler import LoopView, sample_starved, take_sample
from loopaudit.runtime.samples import OpenStall, Outcome, make_stall

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.runtime.busy import Period, Reading
    from loopaudit.runtime.clock import Clock, WallClock
    from loopaudit.runtime.gc_pauses import Pause
    from loopaudit.runtime.kernel import Usage
    from loopaudit.runtime.primitives import Lookup
    from loopaudit.runtime.settings import Settings
    from loopaudit.runtime.starvation import Starvation

SAMPLES_A_GAP = 16
"""Samples come every tick at first; after each 16 the gap doubles, so 64 reach into long stalls."""
UNSEEN = -1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the tracker takes from outside: settings, clocks, the catalogue's lookup, and where events go."""

    settings: Settings
    publish: Callable[[Event], None]
    clock: Clock
    wall: WallClock
    lookup: Lookup


class StallTracker:
    """Follows one loop, a call a tick, all from the watchdog's thread (`find_present` from any)."""

    def __init__(self, view: LoopView, around: Surroundings) -> None:
        self._view = view
        self._around = around
        self._threshold = around.settings.threshold_seconds
        self._own = frozenset(around.settings.own_packages)
        self._open: dict[int, OpenStall] = {}
        self._usage = view.probe.usage()
        self.busy_seconds = 0.0
        self._pauses: deque[Pause] = deque(maxlen=512)

    def look(self, now: float, reading: Reading, ended: list[Period], starvation: Starvation | None) -> None:
        """One tick. The stack is taken first, while it is what it was when the GIL came back to us."""
        usage = self._view.probe.usage()
        if reading.busy_since is not None:
            self._watch(now, reading.period, reading.busy_since, starvation)
        self._gather_pauses()
        for period in ended:
            self._close(period, usage)
        if starvation is not None and not _is_explained(starvation, reading, ended):
            self._report_starved_loop(now, starvation, usage)
        self._open = {number: stall for number, stall in self._open.items() if number == reading.period}
        self._usage = usage
        self.busy_seconds = reading.busy_total_seconds
        self._view.others.remember(now)

    def find_present(self, now: float) -> Stall | None:
        """The stall that lasts at this moment; None when the loop is fine."""
        for open_stall in tuple(self._open.values()):
            if now - open_stall.since >= self._threshold and self._view.sensor.is_still(open_stall.period):
                return self._judge(open_stall, open_stall.since, now, self._usage, is_over=False)
        return None

    def _watch(self, now: float, number: int, since: float, starvation: Starvation | None) -> None:
        open_stall = self._open.get(number)
        if open_stall is None:
            open_stall = OpenStall(number, since, self._usage, self._view.others.baseline)
            self._open[number] = open_stall
        if starvation is not None:
            open_stall.starved_seconds += starvation.end - max(starvation.start, since)
        if now - since >= self._threshold / 2 and self._is_due(open_stall, now):
            take_sample(self._view, open_stall, starvation, self._around.clock)
            self._announce(open_stall, now)

    def _is_due(self, open_stall: OpenStall, now: float) -> bool:
        taken = open_stall.samples
        if len(taken) >= self._around.settings.max_samples:
            return False
        gap = self._around.settings.tick_seconds * (2 ** (len(taken) // SAMPLES_A_GAP) - 1)
        return not taken or now - taken[-1].at >= gap

    def _announce(self, open_stall: OpenStall, now: float) -> None:
        """Say that a stall still lasts: a process that is killed for it would take the news along."""
        if now - open_stall.since >= open_stall.announce_after_seconds:
            open_stall.announce_after_seconds *= 4
            self._around.publish(self._judge(open_stall, open_stall.since, now, self._usage, is_over=False))

    def _close(self, period: Period, usage: Usage) -> None:
        open_stall = self._open.pop(period.number, None)
        if open_stall is None:
            open_stall = OpenStall(period.number, period.start, self._usage, self._view.others.baseline)
            # Never looked at, long as it was: somebody kept the watchdog out for all of it.
            open_stall.starved_seconds = period.end - period.start
        self._around.publish(self._judge(open_stall, period.start, period.end, usage, is_over=True))

    def _report_starved_loop(self, now: float, starvation: Starvation, usage: Usage) -> None:
        """The loop waited for the GIL where it looks idle, at the end of `select`."""
        lag = self._view.lag
        was_late = lag.lateness_seconds if lag.ran >= starvation.start else 0.0
        harm = max(lag.overdue_seconds(now), was_late)
        if starvation.seconds < self._threshold or harm < self._threshold / 2:
            return
        open_stall = OpenStall(UNSEEN, starvation.start, self._usage, self._view.others.baseline)
        open_stall.starved_seconds = starvation.seconds
        sample_starved(self._view, open_stall, self._around.clock)
        self._around.publish(self._judge(open_stall, starvation.start, starvation.end, usage, is_over=True))

    def _judge(
        self, open_stall: OpenStall, start: float, end: float, usage: Usage, *, is_over: bool
    ) -> Stall:
        burns = self._view.others.burned_since(open_stall.others)
        outcome = Outcome(
            start=start,
            end=end,
            wall_start=self._around.wall() - (self._around.clock() - start),
            threshold_seconds=self._threshold,
            usage=usage,
            gc_seconds=self._collected_between(start, end),
            other_cpu_seconds=sum(burn.cpu_seconds for burn in burns),
            lag_seconds=end - start,
            is_over=is_over,
        )
        return make_stall(open_stall, outcome, self._own, self._around.lookup)

    def _gather_pauses(self) -> None:
        pauses = self._view.gc_pauses.drain() if self._view.gc_pauses is not None else []
        for pause in pauses:
            self._pauses.append(pause)
            self._around.publish(GcPause(pause.seconds, pause.generation, pause.ident == self._view.ident))

    def _collected_between(self, start: float, end: float) -> float:
        spans = [(pause.start, pause.start + pause.seconds) for pause in tuple(self._pauses)]
        return sum(max(min(stop, end) - max(begin, start), 0.0) for begin, stop in spans)


def _is_explained(starvation: Starvation, reading: Reading, ended: list[Period]) -> bool:
    """Whether a busy period of the loop covers most of the time that the watchdog was kept out."""
    spans = [(period.start, period.end) for period in ended]
    if reading.busy_since is not None:
        spans.append((reading.busy_since, starvation.end))
    covered = sum(max(min(end, starvation.end) - max(start, starvation.start), 0.0) for start, end in spans)
    return covered >= starvation.seconds / 2
