"""Calls: the one expression that is kept with all its circumstances."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Attr, Const, Result
from loopaudit.static.facts import AttrStore, Call, Iteration
from loopaudit.static.lower.annotations import annotation

if TYPE_CHECKING:
    from loopaudit.static.lower.scope import Scope


def call(scope: Scope, node: ast.Call, flags: int = 0) -> AnyExpr:
    """Record a call, after the calls in its operands."""
    lower, func = scope.lower, node.func
    depth, scope.depth = scope.depth, 0
    if func.__class__ is ast.Attribute:
        base, called = func.value, func.attr
        callee: AnyExpr = Attr(lower[base.__class__](scope, base), called)
    else:
        callee = lower[func.__class__](scope, func)
        called = func.id if func.__class__ is ast.Name else ""
    if called:
        scope.called.add(called)
    args = _positional(scope, node) if node.args else ()
    keywords = tuple([(kw.arg or "", lower[kw.value.__class__](scope, kw.value)) for kw in node.keywords])
    scope.depth = depth
    line, end_line = node.lineno, node.end_lineno or node.lineno
    column, end_column = node.col_offset + 1, (node.end_col_offset or 0) + 1
    if scope.unit.wide:
        column = scope.unit.column(line, column - 1)
        end_column = scope.unit.column(end_line, end_column - 1)
    scope.calls.append(
        Call(
            callee,
            args,
            keywords,
            line,
            column,
            end_line,
            end_column,
            flags | scope.loop,
            scope.under,
            func.end_lineno or line,
            scope.guards,
            scope.block,
        )
    )
    if called in TELLING:
        TELLING[called](scope, scope.calls[-1])
    return Result(len(scope.calls) - 1)


def _set_attribute(scope: Scope, call: Call) -> None:
    """`setattr(x, "name", value)` and `object.__setattr__(x, ...)` store what `x.name = value` does."""
    match call.args:
        case (base, Const(value=str() as name), value):
            scope.stored.add(name)
            scope.attr_stores.append(AttrStore(base, name, value, "assign", call.line, call.column))


def _join(scope: Scope, call: Call) -> None:
    """`", ".join(f())` goes through what the function gives."""
    match call:
        case Call(func=Attr(base=Const()), args=(Result() as value,)):
            scope.iterations.append(Iteration(value, False, call.line, call.column))


TELLING = {"setattr": _set_attribute, "__setattr__": _set_attribute, "join": _join}
"""Calls that do what statements do, by the last word of their name."""


def call_or_value(scope: Scope, node: ast.expr, flags: int) -> AnyExpr:
    """Lower an expression; if it is a call, the call carries the flags."""
    if node.__class__ is ast.Call:
        return call(scope, node, flags)
    return scope.lower[node.__class__](scope, node)


def _positional(scope: Scope, node: ast.Call) -> tuple[AnyExpr, ...]:
    """The positional arguments; the text in `cast("T", x)` is an annotation."""
    lower = scope.lower
    args = tuple([lower[arg.__class__](scope, arg) for arg in node.args])
    if args[0].__class__ is Const and "cast" in scope.called:
        match node.func:
            case ast.Name(id="cast") | ast.Attribute(attr="cast"):
                return (annotation(scope, node.args[0]) or args[0], *args[1:])
    return args
