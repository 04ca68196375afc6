"""What one function does in one frame, step by step: block, run another function, start one, offload.

A step is judged later; here only the question "who is called, and where does it run" is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.expressions import Attr
from loopaudit.static.facts import ASYNC_ITERATED, ASYNC_WITH_ITEM, AWAITED, IN_LOOP, Call
from loopaudit.static.link.decisions import is_ruled_out
from loopaudit.static.link.values import CALLABLES, BoundExternal, External, ExternalInstance
from loopaudit.static.propagate import implicit
from loopaudit.static.propagate.asyncness import fitting
from loopaudit.static.propagate.awaiting import awaitable, awaiting_doubt
from loopaudit.static.propagate.filling import awaited_filling, is_filled
from loopaudit.static.propagate.targets import Target, targets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Callback, Primitive, Role
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values

BLOCKS, RUNS, STARTS, OFFLOADS, SCHEDULES = "blocks", "runs", "starts", "offloads", "schedules"


class Spot(msgspec.Struct, frozen=True, gc=False):
    """Where in its function a step stands; call is its index, -1 for what is not written as a call."""

    line: int
    column: int
    end_line: int
    call: int = -1
    in_loop: bool = False


class Step(msgspec.Struct, frozen=True, gc=False):
    """One thing a function does.

    what: blocks (primitive) | runs (frame, here and now) | starts (an async frame) | offloads (frame runs
    elsewhere, by callback) | schedules (frame runs on the loop later). calls: what is written in the chain.
    doubt: 0 certain, 1 likely, 2 possible.
    """

    what: str
    spot: Spot
    calls: str
    doubt: int = 0
    frame: Frame | None = None
    primitive: Primitive | None = None
    callback: Callback | None = None
    is_once: bool = False
    handed: Value | None = None
    """Of an offload: the callable handed over."""
    excused: tuple[str, ...] = ()
    """Kinds of primitives that do no harm below this step (`AsyncSession.run_sync`: database)."""
    argument_call: int = -1
    """Of an offload: the call whose *result* is handed over as the function (`to_thread(f())`)."""


class Played(msgspec.Struct, frozen=True, gc=False):
    """A call, by its index, of something that means more to a rule than that it blocks, by these rows."""

    call: int
    roles: tuple[Role, ...]
    value: External | BoundExternal
    doubt: int


class Steps(msgspec.Struct, frozen=True, gc=False):
    """The steps of one frame, the calls nobody could resolve, and those that play a role."""

    steps: tuple[Step, ...]
    unresolved: tuple[int, ...]
    played: tuple[Played, ...] = ()


def read_steps(link: Linker, frame: Frame) -> Steps:
    """All steps of the frame's function, in source order by kind."""
    found: list[Step] = []
    unresolved: list[int] = []
    played: list[Played] = []
    for position, call in enumerate(link.index.body(frame.function).calls):
        if isinstance(call.func, Attr) and call.func.name in link.plain_methods:
            continue
        if call.guards and is_ruled_out(link.index, frame, call.guards):
            continue
        values = link.evaluate(call.func, frame)
        if link.library is not None:
            values = link.library.expanded(values)
        if not values:
            guessed = _guess(link, frame, position, call)
            found.extend(guessed)
            if not guessed:
                unresolved.append(position)
            continue
        if call.guards:
            values = fitting(link, frame, call, values)
        empty = awaited_filling(link, frame, call.guards) if call.guards else ()
        for step in _steps_of_call(link, frame, position, call, values):
            is_once = empty and is_filled(link, empty, frame, step.frame)
            found.append(msgspec.structs.replace(step, is_once=True) if is_once else step)
        played.extend(
            Played(position, roles, value, doubt_of(values))
            for value in values
            if isinstance(value, External | BoundExternal) and (roles := _roles(link, value))
        )
    found.extend(_implicit(link, frame))
    return Steps(tuple(found), tuple(unresolved), tuple(played))


def _roles(link: Linker, value: External | BoundExternal) -> tuple[Role, ...]:
    """The roles of a library's function; of a method those of its object too."""
    own = link.catalogue.roles(value.path)
    if isinstance(value, BoundExternal) and isinstance(value.receiver, ExternalInstance):
        return own + link.catalogue.roles(value.receiver.path)
    return own


def _guess(link: Linker, frame: Frame, position: int, call: Call) -> list[Step]:
    """What a call on a receiver nobody knows may mean, if the project says so."""
    if call.flags & (AWAITED | ASYNC_WITH_ITEM | ASYNC_ITERATED):
        return []
    guessed = link.guesses.of_call(frame, call)
    if guessed is None:
        return []
    value, doubt = guessed
    spot = Spot(call.line, call.column, call.end_line, position, bool(call.flags & IN_LOOP))
    targets = targets_of(link, value, link.given(frame, position), frame)
    return [_step(link, spot, target, doubt) for target in targets if target.primitive is not None]


def _steps_of_call(link: Linker, frame: Frame, position: int, call: Call, values: Values) -> Iterator[Step]:
    spot = Spot(call.line, call.column, call.end_line, position, bool(call.flags & IN_LOOP))
    given = link.given(frame, position)
    is_awaited = bool(call.flags & (AWAITED | ASYNC_WITH_ITEM | ASYNC_ITERATED))
    doubts = {value: awaiting_doubt(link, value, given, frame) for value in values} if is_awaited else {}
    values = awaitable(link, values, doubts)
    for value in values:
        doubt = max(doubt_of(values), doubts.get(value, 0))
        for target in targets_of(link, value, given, frame):
            if target.primitive is not None and is_awaited:
                continue  # awaiting a sync call is an error of its own: the type was guessed wrong
            yield _step(link, spot, target, doubt)


def doubt_of(values: Values) -> int:
    """How sure a call of one of these values is: one candidate, a few, or many."""
    if len(values) == 1:
        return 0
    candidates = sum(1 for value in values if isinstance(value, CALLABLES) or hasattr(value, "path"))
    if candidates <= 1:
        return 0
    return 1 if candidates <= 4 else 2


def _step(link: Linker, spot: Spot, target: Target, doubt: int) -> Step:
    if target.primitive is not None:
        return Step(BLOCKS, spot, target.label, doubt, primitive=target.primitive)
    what = RUNS
    if target.frame is not None and link.index.function(target.frame.function).is_async:
        what = STARTS  # also when handed over: only the loop can run it
    elif target.callback is not None and target.callback.runs not in {"inline", "greenlet"}:
        what = SCHEDULES if target.callback.runs in {"loop", "main"} else OFFLOADS
    return Step(
        what,
        spot,
        target.label,
        doubt,
        frame=target.frame,
        callback=target.callback,
        is_once=target.is_once,
        handed=target.handed,
        excused=("database",) if target.callback is not None and target.callback.runs == "greenlet" else (),
        argument_call=target.argument_call,
    )


def _implicit(link: Linker, frame: Frame) -> Iterator[Step]:
    """What runs without being written as a call: properties, `with`, `for`, operators."""
    for use in implicit.uses(link, frame):
        spot = Spot(use.line, use.column, use.line)
        for value in use.values:
            for target in targets_of(link, value, use.given, frame, may_generate=True):
                if target.primitive is not None and use.is_async:
                    continue
                step = _step(link, spot, target, doubt_of(use.values))
                yield msgspec.structs.replace(step, is_once=True) if use.is_once else step
        for origin in use.origins:
            what = STARTS if link.index.function(origin.function).is_async else RUNS
            name = link.index.qualified_name(origin.function)
            yield Step(what, spot, name, use.doubt, frame=origin)
