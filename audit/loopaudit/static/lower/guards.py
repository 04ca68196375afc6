"""Guards: branches that a parameter alone decides (`if sync:`), which a caller's constant may rule out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.static.lower.scope import Scope

    Guards = tuple[tuple[int, bool], ...]

Statement = TypeVar("Statement", bound=ast.stmt)


def guards_of(scope: Scope, test: ast.expr) -> tuple[Guards, Guards]:
    """What holds of the parameters where the test came out true, and where it came out false."""
    match test:
        case ast.Name(id=name):
            position = _parameter(scope, name)
            return (((position, True),), ((position, False),)) if position >= 0 else ((), ())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            when_true, when_false = guards_of(scope, operand)
            return when_false, when_true
        case ast.BoolOp(op=ast.And(), values=values):
            return tuple(each for value in values for each in guards_of(scope, value)[0]), ()
        case ast.BoolOp(op=ast.Or(), values=values):
            return (), tuple(each for value in values for each in guards_of(scope, value)[1])
        case _:
            return (), ()


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a branch returns: what follows runs only where the test was false (a raise may be caught)."""
    return isinstance(body[-1], ast.Return)


def fenced(run: Callable[[Scope, Statement], None]) -> Callable[[Scope, Statement], None]:
    """For statements whose blocks may be left out (loops, handlers, cases): what held inside ends there."""

    def inside(scope: Scope, node: Statement) -> None:
        before = scope.guards
        run(scope, node)
        scope.guards = before

    return inside


def _parameter(scope: Scope, name: str) -> int:
    """The parameter a name still is, or -1 once it was bound anew or narrowed."""
    local = scope.env.get(name)
    if local is None or len(local.defs) != 1:
        return -1
    position = local.defs[0]
    is_parameter = 0 <= position < len(scope.defs) and scope.defs[position].kind == "param"
    return position if is_parameter else -1  # inside a loop a name may lead to a definition yet to come
