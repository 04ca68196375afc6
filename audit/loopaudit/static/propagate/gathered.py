"""Which coroutines an expression stands for: a call, a display, a comprehension, a list that was filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.static.expressions import (
    Attr,
    Choice,
    Comprehension,
    Item,
    Items,
    Local,
    Operation,
    Pairs,
    Result,
    Starred,
)
from loopaudit.static.propagate.strands import (
    bound_object,
    is_coroutine,
    uses_of_coroutine,
    uses_of_started,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Role
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.strands import Use

MAX_STEPS = 5
"""Variables of variables of coroutines that are followed."""
FILLING = frozenset(("append", "add", "extend", "insert", "appendleft", "update"))


@dataclass(frozen=True, slots=True)
class Strand:
    """A coroutine that will run beside others: the call that makes it, and what it will use that others must
    not use at the same time. is_listed: it went through a variable, a list mostly."""

    call: int
    block: int
    uses: tuple[Use, ...]
    is_listed: bool


class Gathering:
    """Collects the coroutines of one function. spawns: its calls that start a task, by index."""

    def __init__(self, link: Linker, frame: Frame, spawns: dict[int, Role]) -> None:
        self._link = link
        self._frame = frame
        self._body = link.index.body(frame.function)
        self.spawns = spawns

    def strands(self, expr: AnyExpr, steps: int = 0) -> Iterator[Strand]:
        """Each coroutine that `expr` may stand for or hold."""
        if steps > MAX_STEPS:
            return
        match expr:
            case Result(call=position):
                yield from self._of_call(position, steps)
            case Starred(value=inner) | Comprehension(element=inner):
                yield from self.strands(inner, steps)
            case Items(items=several) | Pairs(values=several):
                for each in several:
                    yield from self.strands(each, steps)
            case Choice(options=options):
                yield from self.strands(options[0], steps)  # one of them runs
            case Operation(left=left, right=right):
                yield from self.strands(left, steps)
                yield from self.strands(right, steps)
            case Local(name=name, defs=positions):
                yield from self._of_variable(name, positions, steps + 1)
            case _:
                return

    def spawned(self, position: int) -> Iterator[Strand]:
        """The coroutine that a call starts as a task."""
        call = self._body.calls[position]
        given = self._link.given(self._frame, position)
        for name in self.spawns[position].arguments:
            argument = given.find(name)
            if argument is None or argument.expr is None:
                continue
            found = [*self.strands(argument.expr)]
            if found:
                yield Strand(position, call.block, found[0].uses, found[0].is_listed)
            elif not is_coroutine(argument.values(self._link)):
                uses = uses_of_started(self._link, self._frame, position, argument.expr, call.args[1:])
                yield Strand(position, call.block, uses, is_listed=False)
            return

    def _of_call(self, position: int, steps: int) -> Iterator[Strand]:
        if position in self.spawns:
            yield from self.spawned(position)
            return
        call = self._body.calls[position]
        if self._makes_coroutine(position):
            uses = uses_of_coroutine(self._link, self._frame, position)
            yield Strand(position, call.block, uses, is_listed=steps > 0)
        elif isinstance(call.func, Attr) and call.func.name in {"values", "copy"}:
            yield from self.strands(call.func.base, steps)
        elif call.args and not isinstance(call.func, Attr):
            yield from self.strands(call.args[0], steps)  # list(tasks), iter(tasks)

    def _makes_coroutine(self, position: int) -> bool:
        """Whether a call gives something to await; what an object of ours gives is mostly not described."""
        func = self._body.calls[position].func
        if isinstance(func, Attr) and bound_object(self._link, self._frame, func.base) is not None:
            return True
        return is_coroutine(self._link.call_result(self._frame, position))

    def _of_variable(self, name: str, positions: tuple[int, ...], steps: int) -> Iterator[Strand]:
        for position in positions:
            definition = self._body.defs[position]
            if definition.kind == "assign" and not definition.path:
                yield from self.strands(definition.value, steps)
        for call in self._body.calls:
            func = call.func
            if isinstance(func, Attr) and func.name in FILLING and call.args and _is_named(func.base, name):
                yield from self.strands(call.args[-1], steps)
        for store in self._body.item_stores:
            if _is_named(store.base, name):
                yield from self.strands(store.value, steps)


def _is_named(expr: AnyExpr, name: str) -> bool:
    return isinstance(expr, Local) and expr.name == name


def mentions(expr: AnyExpr, names: frozenset[str], position: int) -> bool:
    """Whether an expression is made of one of the variables, or of the result of that call."""
    match expr:
        case Local(name=name):
            return name in names
        case Result(call=call):
            return call == position
        case Starred(value=inner) | Attr(base=inner) | Item(base=inner) | Comprehension(element=inner):
            return mentions(inner, names, position)
        case Items(items=several) | Choice(options=several) | Pairs(values=several):
            return any(mentions(each, names, position) for each in several)
        case Operation(left=left, right=right):
            return mentions(left, names, position) or mentions(right, names, position)
        case _:
            return False
