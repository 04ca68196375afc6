"""Takes one look at the stalled loop: the kernel's word, the stacks, the task. The order of the three is
the point.

Normally the kernel comes first: reading it releases the GIL, and the stack taken afterwards is of the same
moment as long as the loop has not come round. But a watchdog that was kept out gets the GIL just as the
hogging call returns; then the stack comes first, before anything lets the loop go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.runtime.events import ThreadHog
from loopaudit.runtime.frames import Frames, copy_frames, grab_frames
from loopaudit.runtime.kernel import GIL, ThreadProbe
from loopaudit.runtime.samples import OpenStall, Sample
from loopaudit.runtime.stacks import read_stack
from loopaudit.runtime.whereabouts import Sighting, find_thread_request, look_at_task

if TYPE_CHECKING:
    import asyncio

    from loopaudit.runtime.busy import BusySensor
    from loopaudit.runtime.clock import Clock
    from loopaudit.runtime.gc_pauses import GcPauses
    from loopaudit.runtime.lag import LagProbe
    from loopaudit.runtime.loop_base import LoopBase
    from loopaudit.runtime.starvation import Burn, OtherThreads, Starvation


@dataclass(frozen=True, slots=True)
class LoopView:
    """Everything that is looked at. `ident` is the thread that the loop runs in."""

    loop: asyncio.AbstractEventLoop
    ident: int
    sensor: BusySensor
    probe: ThreadProbe
    lag: LagProbe
    others: OtherThreads
    base: LoopBase
    gc_pauses: GcPauses | None = None


def take_sample(view: LoopView, open_stall: OpenStall, starvation: Starvation | None, clock: Clock) -> None:
    """Add a sample to a stall, and name the hog if the loop is waiting for the GIL and none is named yet."""
    is_first = not open_stall.samples
    state = None if is_first else view.probe.state()
    hog = _find_hog_ident(view, open_stall) if _wants_hog(open_stall, state, starvation) else None
    if not view.sensor.is_still(open_stall.period):
        return
    frames = grab_frames((view.ident, hog.ident) if hog is not None else (view.ident,))
    sighting = look_at_task(view.loop, frames.get(view.ident))
    stack = copy_frames(frames.get(view.ident), view.base.frame_id)
    if hog is not None:
        hog_frame = frames.get(hog.ident)
        open_stall.hog = name_hog(hog, copy_frames(hog_frame))
        if sighting.task is None and sighting.request is None:
            sighting = Sighting(None, find_thread_request(hog_frame))
    if is_first and starvation is None:
        state = view.probe.state()
        state = state if view.sensor.is_still(open_stall.period) else None
    open_stall.samples.append(Sample(clock(), state, stack, sighting))


def _wants_hog(open_stall: OpenStall, state: str | None, starvation: Starvation | None) -> bool:
    return open_stall.hog is None and (state == GIL or starvation is not None)


def _find_hog_ident(view: LoopView, open_stall: OpenStall) -> Burn | None:
    burns = view.others.burned_since(open_stall.others)
    return burns[0] if burns and burns[0].cpu_seconds > 0 else None


def sample_starved(view: LoopView, open_stall: OpenStall, clock: Clock) -> None:
    """The sample of a loop that waited for the GIL where it looks idle: the hog's stack, and whose work it
    did.
    """
    burn = _find_hog_ident(view, open_stall)
    frame = grab_frames((burn.ident,)).get(burn.ident) if burn is not None else None
    request = find_thread_request(frame)
    if burn is not None:
        open_stall.hog = name_hog(burn, copy_frames(frame))
    open_stall.samples.append(Sample(clock(), GIL, (), Sighting(None, request)))


def name_hog(burn: Burn, frames: Frames) -> ThreadHog:
    """The thread by name, with the deepest line of own code."""
    return ThreadHog(burn.name, read_stack(frames, frozenset()).where, burn.cpu_seconds)
