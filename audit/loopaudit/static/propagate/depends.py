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

    Source = int | str

MAX_STEPS = 400
"""Expressions looked at for one answer."""


def sources_in(body: Body, exprs: Iterable[AnyExpr], *, is_method: bool) -> frozenset[Source]:
    """What goes into any of the expressions, through local names and through what calls are given: positions
    of parameters, and names of attributes of the method's own object."""
    found: set[Source] = set()
    for expr in _all_in(body, exprs, is_method):
        if isinstance(expr, Local):
            found.update(at for at in expr.defs if at < len(body.defs) and body.defs[at].kind == "param")
        elif is_method and isinstance(expr, Attr) and is_own_object(body, expr.base):
            found.add(expr.name)
    return frozenset(found)


def is_own_object(body: Body, expr: AnyExpr) -> bool:
    """Whether an expression of a method is its object: `self`, `super()`."""
    if isinstance(expr, Result):
        return terminal_name(body.calls[expr.call].func) == "super"
    return isinstance(expr, Local) and expr.defs == (0,) and body.defs[0].kind == "param"


def calls_in(body: Body, expr: AnyExpr) -> frozenset[int]:
    """The calls whose results go into an expression."""
    return frozenset(each.call for each in _all_in(body, (expr,), False) if isinstance(each, Result))


def _all_in(body: Body, exprs: Iterable[AnyExpr], is_method: bool) -> Iterator[AnyExpr]:
    seen: set[int] = set()
    pending = list(exprs)
    for _ in range(MAX_STEPS):
        if not pending:
            return
        expr = pending.pop()
        yield expr
        if not isinstance(expr, Local):
            if not (is_method and isinstance(expr, Attr) and is_own_object(body, expr.base)):
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


def passed_for(call: Call, function: Function, position: int, *, is_bound: bool) -> list[AnyExpr]:
    """The expressions that a call passes for a parameter; is_bound: the first parameter is not passed."""
    param, at = function.params[position], position - is_bound
    found: list[AnyExpr] = []
    if param.kind in {"normal", "positional_only"}:
        starred = [each for each in call.args[: at + 1] if isinstance(each, Starred)]
        found.extend(starred or call.args[at : at + 1])
    elif param.kind == "star":
        found.extend(call.args[at:])
    found.extend(
        value for name, value in call.keywords if name in {param.name, ""} or param.kind == "double_star"
    )
    return found


def maker_of(body: Body, expr: AnyExpr) -> Call | None:
    """The one call that made an object in this very function: `reader = Reader(path)`."""
    if isinstance(expr, Local):
        values = [body.defs[at].value for at in expr.defs if at < len(body.defs)]
        expr = values[0] if len(values) == 1 else expr
    return body.calls[expr.call] if isinstance(expr, Result) else None


def says_nothing(expr: AnyExpr) -> bool:
    """`None`, `True`, `False`: an option, not something to work on."""
    return isinstance(expr, Const) and (expr.value is None or isinstance(expr.value, bool))
