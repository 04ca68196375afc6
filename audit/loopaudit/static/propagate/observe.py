"""From the walk to what was seen: blocked calls with chain and roots, crossings, endless waits."""

from __future__ import annotations

from collections import defaultdict, deque
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from loopaudit.findings import CONFIDENCES, Root
from loopaudit.static.observations import (
    BlockedCall,
    Circumstances,
    Crossing,
    Observations,
    Unresolved,
)
from loopaudit.static.propagate.alone import ALONE, PROGRAM, crowded
from loopaudit.static.propagate.beyond import look_beyond
from loopaudit.static.propagate.chains import Chain, Chains
from loopaudit.static.propagate.crossings import Handed, handed_over, is_wrapper, written
from loopaudit.static.propagate.endless import endless_waits
from loopaudit.static.propagate.entries import Entries, Handler, endpoint_of
from loopaudit.static.propagate.explore import Walk, explore
from loopaudit.static.propagate.sight import Sight, played_by_role
from loopaudit.static.propagate.spread import COSTS, spread_blocking, spread_roots
from loopaudit.static.propagate.steps import RUNS, SCHEDULES, STARTS, Spot, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame

MAX_WRAPPERS = 3
"""Offloaders around offloaders that are looked through."""
Key = tuple[str, int, int, str]


def observe(link: Linker, wanted: frozenset[str] = frozenset()) -> Observations:
    """Everything that rules may know about the program behind `link`.

    wanted: the fields of `Observations` to fill that cost a look of their own (`beyond.FINDERS`).
    """
    entries = Entries(link)
    handlers = entries.handlers()
    wrappers = entries.decorations.wrappers()
    walk = explore(link, [*(handler.frame for handler in handlers), *wrappers])
    observer = Observer(link, walk, handlers, [frame.number for frame in wrappers])
    return look_beyond(observer.sight(), observer.observations(), wanted)


class Observer:
    """Reads one walk."""

    def __init__(
        self, link: Linker, walk: Walk, handlers: list[Handler], wrappers: Iterable[int] = ()
    ) -> None:
        self._link = link
        self._walk = walk
        self._handlers = handlers
        self._chains = Chains(link, spread_blocking(link, walk))
        self._roots, starts = _number_roots(handlers)
        self._reach = spread_roots(walk, starts)
        others = [each.frame.number for each in handlers if each.root.kind not in ALONE]
        self._crowded = crowded(link, walk, [*others, *walk.unasked, *wrappers])
        self._endpoints = {each.frame.function for each in handlers if each.is_endpoint}
        self._on_loop = self._find_on_loop()

    def observations(self) -> Observations:
        """All sorts of observations, in source order."""
        index = self._link.index
        modules = [facts.module for facts in index.facts[: index.own_modules]]
        endpoints = dict.fromkeys(
            endpoint_of(self._link, each) for each in self._handlers if each.is_endpoint
        )
        return Observations(
            blocked=self._blocked(),
            crossings=self._crossings(),
            endless=endless_waits(self._link, self._walk, self._roots_of),
            unresolved=tuple(self._unresolved()),
            endpoints=tuple(endpoints),
            files=len(modules),
            lines=sum(module.lines for module in modules),
            functions=sum(index.function(each).kind in {"def", "async"} for each in index.functions),
            calls=sum(len(index.body(frame.function).calls) for frame in self._on_loop),
        )

    def sight(self) -> Sight:
        """What the finders of other rules look at."""
        return Sight(
            self._link,
            self._walk,
            tuple(self._handlers),
            tuple(self._on_loop),
            self._roots_of,
            played_by_role(self._walk),
        )

    def _find_on_loop(self) -> list[Frame]:
        """Frames whose function the loop itself calls: coroutines, callbacks, sync handlers."""
        called = {handler.frame.number for handler in self._handlers if handler.runs == "loop"}
        for steps in self._walk.steps.values():
            called.update(s.frame.number for s in steps.steps if s.what == SCHEDULES and s.frame is not None)
        return [
            frame
            for number, frame in self._walk.frames.items()
            if (number in called or self._link.index.function(frame.function).is_async)
            and not self._link.index.is_library(frame.function)
        ]

    def _roots_of(self, frame: Frame) -> tuple[Root, ...]:
        bits = self._reach.get(frame.number, 0)
        return tuple(root for at, root in enumerate(self._roots) if bits >> at & 1)

    def _blocked(self) -> tuple[BlockedCall, ...]:
        found: dict[Key, BlockedCall] = {}
        for frame in self._on_loop:
            steps = self._walk.steps[frame.number].steps
            too_late = {step.argument_call: step.calls for step in steps if step.argument_call >= 0}
            for step in steps:
                for chain in self._chains.from_step(frame, step):
                    call = self._blocked_call(frame, step, chain, too_late.get(step.spot.call, ""))
                    key = (call.at.path, call.at.line, call.at.column, _sort(call))
                    found[key] = _merged(found[key], call) if key in found else call
        return tuple(found[key] for key in sorted(found))

    def _blocked_call(self, frame: Frame, step: Step, chain: Chain, offloader: str) -> BlockedCall:
        function = self._link.index.function(frame.function)
        roots = self._roots_of(frame)
        is_alone = frame.number not in self._crowded
        is_program = is_alone and any(root.kind == PROGRAM for root in roots)
        is_once = chain.is_once or (is_alone and not is_program)
        return BlockedCall(
            at=self._chains.place(frame, step),
            chain=chain.hops,
            primitive=chain.primitive,
            confidence=CONFIDENCES[chain.doubt],
            roots=roots,
            circumstances=Circumstances(
                is_once, is_program, step.spot.in_loop, chain.primitive.cost == "brief"
            ),
            offloaded_too_late=bool(offloader),
            offloader=offloader,
            in_coroutine=function.is_async,
            awaited_never=function.is_async and not function.has_await and frame.function in self._endpoints,
        )

    def _crossings(self) -> tuple[Crossing, ...]:
        found: dict[Key, Crossing] = {}
        for frame in self._on_loop:
            for step in self._walk.steps[frame.number].steps:
                for handed in handed_over(self._link, frame, step):
                    for caller, call in self._handing(frame, step):
                        crossing = self._crossing(caller, call, step, handed)
                        at = crossing.at
                        found[at.path, at.line, at.column, crossing.type_name] = crossing
        return tuple(found[key] for key in sorted(found))

    def _handing(self, frame: Frame, step: Step) -> Iterator[tuple[Frame, Step]]:
        """Who hands over: the step itself, or the callers of an offloader that the project wrote."""
        pending = deque([(frame, step, 0)])
        expanded: set[int] = set()
        while pending:
            frame, step, depth = pending.popleft()
            if not is_wrapper(frame, step) or depth > MAX_WRAPPERS:
                yield frame, step
            elif frame.number not in expanded:
                expanded.add(frame.number)
                callers = self._callers.get(frame.number, ())
                pending.extend((caller, call, depth + 1) for caller, call in callers)

    @cached_property
    def _callers(self) -> Mapping[int, list[tuple[Frame, Step]]]:
        """For every frame who runs or starts it."""
        found: dict[int, list[tuple[Frame, Step]]] = defaultdict(list)
        for number, steps in self._walk.steps.items():
            for step in steps.steps:
                if step.frame is not None and step.what in {RUNS, STARTS}:
                    found[step.frame.number].append((self._walk.frames[number], step))
        return found

    def _crossing(self, frame: Frame, call: Step, step: Step, handed: Handed) -> Crossing:
        offloader = step.callback.name if step.callback is not None else ""
        doubt = CONFIDENCES[max(step.doubt, call.doubt)]
        return Crossing(
            at=self._chains.place(frame, call),
            type_name=handed.type_name,
            expression=handed.expression,
            offloader=offloader,
            made=handed.made,
            used=handed.used,
            confidence=doubt,
            roots=self._roots_of(frame),
        )

    def _unresolved(self) -> Iterator[Unresolved]:
        seen: set[tuple[str, int, int]] = set()
        for frame in self._on_loop:
            calls = self._link.index.body(frame.function).calls
            for position in self._walk.steps[frame.number].unresolved:
                call = calls[position]
                place = (self._link.index.path(frame.function), call.line, call.column)
                if place not in seen:
                    seen.add(place)
                    at = self._chains.place(frame, Step("", Spot(call.line, call.column, call.end_line), ""))
                    yield Unresolved(at, written(self._link, call.func, frame), "unknown receiver or name")


def _number_roots(handlers: list[Handler]) -> tuple[list[Root], dict[int, int]]:
    """Every root once, and for the frames they start in the bits of their roots."""
    numbers: dict[Root, int] = {}
    starts: dict[int, int] = {}
    for handler in handlers:
        bit = numbers.setdefault(handler.root, len(numbers))
        if handler.runs == "loop" or handler.root.kind == PROGRAM:
            starts[handler.frame.number] = starts.get(handler.frame.number, 0) | 1 << bit
    return list(numbers), starts


def _sort(call: BlockedCall) -> str:
    """Calls of one sort at one place are one finding: by kind, or by the call into a library, whatever it
    does there (read a file, parse it, send it), for all of it has the one cure."""
    if not call.chain[-1].is_in_library:
        return call.primitive.kind
    entry = next((hop for hop in reversed(call.chain) if not hop.is_in_library), call.chain[0])
    return f"{entry.path}:{entry.line}:{entry.column}"


def _merged(first: BlockedCall, second: BlockedCall) -> BlockedCall:
    """Two observations of one call, from two frames: the surer, worse, shorter, with all roots."""
    best = min(first, second, key=_weight)
    roots = tuple(dict.fromkeys((*first.roots, *second.roots)))
    both = [first.circumstances, second.circumstances]
    circumstances = msgspec.structs.replace(
        best.circumstances,
        once=all(each.is_milder for each in both) and any(each.once for each in both),
        alone=all(each.alone for each in both),
    )
    return msgspec.structs.replace(best, roots=roots, circumstances=circumstances)


def _weight(call: BlockedCall) -> tuple[int, int, int]:
    level = COSTS[call.primitive.cost] + call.circumstances.is_milder
    return CONFIDENCES.index(call.confidence), level, len(call.chain)
