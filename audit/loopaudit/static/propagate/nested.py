"""Loops that are started where one is running: `asyncio.run` in a coroutine, or in what a coroutine calls."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.static.blocks import around
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import External
from loopaudit.static.observations import NestedLoop
from loopaudit.static.propagate.sight import confidence_of, each_once, has_role
from loopaudit.static.propagate.steps import RUNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.findings import Hop
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.observations import Place
    from loopaudit.static.propagate.sight import RoleCall, Sight
    from loopaudit.static.propagate.steps import Step

STARTS_A_LOOP, ASKS, NESTS = "starts_loop", "asks_for_loop", "nests_loops"
MAX_LIKELY = 2
"""Sync functions between the coroutine and the call, at most, for a finding that is shown by default."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a call in `frame`, standing `at`, comes to start a loop."""

    frame: Frame
    at: Place
    hops: tuple[Hop, ...]
    doubt: int


def nested_loops(sight: Sight) -> tuple[NestedLoop, ...]:
    """Every call on a running loop that ends in a call that starts one; none if the project nests loops."""
    ways = deque(_starts(sight))
    return each_once(_walk_back(sight, ways)) if ways and not _may_nest(sight.link) else ()


def _walk_back(sight: Sight, pending: deque[Way]) -> Iterator[NestedLoop]:
    """From the calls that start a loop to the nearest callers that run on one, by the shortest chains."""
    callers = _callers(sight)
    asking = {each.frame.number for each in sight.calls_with(ASKS, in_libraries=True)}
    on_loop = {frame.number for frame in sight.on_loop}
    seen: set[int] = set()
    while pending:
        way = pending.popleft()
        if way.frame.number in on_loop:
            doubt = max(way.doubt, _doubt_of_length(len(way.hops) - 1))
            roots = sight.roots_of(way.frame)
            yield NestedLoop(way.at, way.hops, way.hops[-1].calls, confidence_of(doubt), roots)
        elif way.frame.number not in seen and not _goes_another_way(sight, way.frame, asking):
            seen.add(way.frame.number)
            for caller, step in callers.get(way.frame.number, ()):
                hop = sight.hop(caller.function, step.spot.line, step.spot.column, step.calls)
                at = sight.place(caller, step.spot)
                pending.append(Way(caller, at, (hop, *way.hops), max(way.doubt, step.doubt)))


def _doubt_of_length(functions: int) -> int:
    """What raises each time it is run would have been noticed: the further away it is, the likelier it stands
    in a branch that nobody takes from here."""
    return 0 if not functions else 1 if functions <= MAX_LIKELY else 2


def _starts(sight: Sight) -> Iterator[Way]:
    """The calls that start a loop."""
    for each in sight.calls_with(STARTS_A_LOOP, in_libraries=True):
        if _is_caught(sight.link, each):
            continue
        hop = sight.hop(each.frame.function, each.call.line, each.call.column, each.value.path)
        yield Way(each.frame, sight.place(each.frame, each.call), (hop,), each.doubt)


def _is_caught(link: Linker, each: RoleCall) -> bool:
    """Under `except RuntimeError`: where a loop is running, the handler knows what to do."""
    blocks = link.index.body(each.frame.function).blocks
    return any("RuntimeError" in blocks[at].catches for at in around(blocks, each.call.block))


def _callers(sight: Sight) -> dict[int, list[tuple[Frame, Step]]]:
    """Frame number -> who runs it, here and now."""
    found: dict[int, list[tuple[Frame, Step]]] = defaultdict(list)
    for number, steps in sight.walk.steps.items():
        for step in steps.steps:
            if step.what == RUNS and step.frame is not None:
                found[step.frame.number].append((sight.walk.frames[number], step))
    return found


def _goes_another_way(sight: Sight, frame: Frame, asking: set[int]) -> bool:
    """Whether a sync function asks if a loop is running, itself or by a function that it calls."""
    return frame.number in asking or any(
        step.what == RUNS and step.frame is not None and step.frame.number in asking
        for step in sight.walk.steps[frame.number].steps
    )


def _may_nest(link: Linker) -> bool:
    """Whether anything in the project, mostly a module as it is imported, allows loops inside loops."""
    words = {row.name.rpartition(".")[2] for row in link.catalogue.rows.roles if row.role == NESTS}
    scopes = sorted({number for word in words for number in link.index.callers.get(word, ())})
    return any(
        isinstance(value, External) and has_role(link, value.path, NESTS)
        for number in scopes
        for call in link.index.body(number).calls
        if terminal_name(call.func) in words
        for value in link.evaluate(call.func, link.frames.general(number))
    )
