"""Notes that several kinds of nodes make: an operator, an iteration, a wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Const, Items, Opaque, Pairs
from loopaudit.static.facts import ASYNC_ITERATED, ITERATED, DunderUse, Iteration
from loopaudit.static.lower.calls import call_or_value

if TYPE_CHECKING:
    import ast

    from loopaudit.static.lower.scope import Scope

LITERALS = frozenset({Items, Pairs, Const, Opaque})


def use_dunder(
    scope: Scope, node: ast.expr | ast.stmt, method: str, receiver: AnyExpr, args: tuple[AnyExpr, ...]
) -> None:
    """Record an operator, unless its receiver is a literal: those run no code of the project."""
    if type(receiver) in LITERALS:
        return
    line = node.lineno
    column = scope.unit.column(line, node.col_offset) if scope.unit.wide else node.col_offset + 1
    scope.dunders.append(DunderUse(method, receiver, args, line, column))


def note_await(scope: Scope) -> None:
    """This scope waits, inside all the `with` blocks that are open here."""
    scope.has_await = True
    if scope.under:
        scope.waiting.update(scope.under)


def iterate(scope: Scope, node: ast.expr, is_async: bool) -> AnyExpr:
    """Lower what is iterated, and record it."""
    value = call_or_value(scope, node, ASYNC_ITERATED if is_async else ITERATED)
    note_iteration(scope, node, value, is_async)
    return value


def note_iteration(
    scope: Scope, node: ast.expr, value: AnyExpr, is_async: bool = False, *, is_unpacking: bool = False
) -> None:
    if is_async:
        note_await(scope)
    line = node.lineno
    column = scope.unit.column(line, node.col_offset)
    scope.iterations.append(Iteration(value, is_async, line, column, scope.guards, is_unpacking))
