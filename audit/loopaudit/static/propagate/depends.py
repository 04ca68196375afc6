"""On which parameters of its function an expression depends, as far as it is written down there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import (
    Attr,
    Awaited,
    Choice,
    Comprehension,
    Const,
    Item,
    Items,
    Local,
    Operation,
    Pairs,
    Result,
    Starred,
)
from loopaudit.static.link.hierarchy import terminal_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Body, Call, Function

MAX_STEPS = 400
"""Expressions looked at for one answer."""


def parameters_in(body: Body, exprs: Iterable[AnyExpr]) -> frozenset[int]:
    """The positions of the parameters whose values go into any of the expressions, through local names and
    through what calls are given."""
    defs = body.defs
    named = (at for expr in _all_in(body, exprs) if isinstance(expr, Local) for at in expr.defs)
    return frozenset(at for at in named if at < len(defs) and defs[at].kind == "param")


def calls_in(body: Body, expr: AnyExpr) -> frozenset[int]:
    """The calls whose results go into an expression."""
    return frozenset(each.call for each in _all_in(body, (expr,)) if isinstance(each, Result))


def _all_in(body: Body, exprs: Iterable[AnyExpr]) -> Iterator[AnyExpr]:
    seen: set[int] = set()
    pending = list(exprs)
    for _ in range(MAX_STEPS):
        if not pending:
            return
        expr = pending.pop()
        yield expr
        if not isinstance(expr, Local):
            pending.extend(_parts(body, expr))
            continue
        for at in expr.defs:
            if at not in seen and at < len(body.defs):
                seen.add(at)
                pending.append(body.defs[at].value)


def _parts(body: Body, expr: AnyExpr) -> Iterator[AnyExpr]:
    match expr:
        case Result(call=at):
            yield from operands(body.calls[at])
        case Attr(base=base) | Item(base=base):
            yield base
        case Awaited(value=value) | Starred(value=value) | Comprehension(element=value):
            yield value
        case Items(items=parts) | Choice(options=parts) | Pairs(values=parts):
            yield from parts
        case Operation(left=left, right=right):
            yield left
            yield right
        case _:
            return


def operands(call: Call) -> tuple[AnyExpr, ...]:
    """All that goes into a call: the object it is a method of, and the arguments."""
    receiver = (call.func.base,) if isinstance(call.func, Attr) else ()
    return (*receiver, *call.args, *(value for _, value in call.keywords))


def passed_for(call: Call, function: Function, positions: Iterable[int], *, is_bound: bool) -> list[AnyExpr]:
    """The expressions that a call passes for these parameters; is_bound: for the first, its object."""
    found: list[AnyExpr] = []
    for position in positions:
        param = function.params[position]
        if is_bound and position == 0:
            found.extend(_object_of(call, function))
            continue
        at = position - is_bound
        if param.kind in {"normal", "positional_only"}:
            starred = [each for each in call.args[: at + 1] if isinstance(each, Starred)]
            found.extend(starred or call.args[at : at + 1])
        elif param.kind == "star":
            found.extend(call.args[at:])
        found.extend(
            value for name, value in call.keywords if name in {param.name, ""} or param.kind == "double_star"
        )
    return found


def _object_of(call: Call, function: Function) -> tuple[AnyExpr, ...]:
    """What a method is called on; a new object is all that its class was given."""
    is_new = function.name in _CONSTRUCTORS and terminal_name(call.func) != function.name
    if is_new:
        return (*call.args, *(value for _, value in call.keywords))
    return (call.func.base,) if isinstance(call.func, Attr) else ()


_CONSTRUCTORS = frozenset(("__init__", "__new__", "__post_init__"))


def is_made_of_something(body: Body, expr: AnyExpr) -> bool:
    """Whether an object was made in this very function, from arguments: `Reader(path)`."""
    if isinstance(expr, Local):
        values = [body.defs[at].value for at in expr.defs if at < len(body.defs)]
        return bool(values) and all(
            isinstance(value, Result) and _has_arguments(body, value) for value in values
        )
    return isinstance(expr, Result) and _has_arguments(body, expr)


def _has_arguments(body: Body, made: Result) -> bool:
    call = body.calls[made.call]
    return bool(call.args or call.keywords)


def says_nothing(expr: AnyExpr) -> bool:
    """`None`, `True`, `False`: an option, not something to work on."""
    return isinstance(expr, Const) and (expr.value is None or isinstance(expr.value, bool))
