"""Guards: what must have come out true, or false, for the code here to run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

from loopaudit.static.deciding import Test
from loopaudit.static.lower.questions import question
from loopaudit.static.lower.subjects import constants, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.static.deciding import Guards, Literal
    from loopaudit.static.lower.scope import Scope

Statement = TypeVar("Statement", bound=ast.stmt)
MOST_GUARDS = 24
"""A call behind more tests than this is told about the outer ones only."""
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def guards_of(scope: Scope, test: ast.expr) -> tuple[Guards, Guards]:
    """What holds where the test came out true, and where it came out false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            when_true, when_false = guards_of(scope, operand)
            return when_false, when_true
        case ast.BoolOp(op=operator, values=values):
            parts = [guards_of(scope, value) for value in values]
            if all(part == parts[0] for part in parts):  # `loop and loop.is_running()` asks one thing twice
                return parts[0]
            if isinstance(operator, ast.And):
                return tuple(each for when_true, _ in parts for each in when_true), ()
            return (), tuple(each for _, when_false in parts for each in when_false)
        case ast.NamedExpr(value=value):
            return guards_of(scope, value)
        case _:
            asked = question(scope, test)
            return (
                ((), ()) if asked is None else (_asked(scope, *asked), _asked(scope, asked[0], not asked[1]))
            )


def _asked(scope: Scope, test: Test, truth: bool) -> Guards:
    if test.kind == "filled" and truth:
        return ()  # what is there already decides nothing
    return ((scope.tests.setdefault(test, len(scope.tests)), truth),)


def matches(scope: Scope, subject: ast.expr, pattern: ast.pattern) -> tuple[Guards, Guards]:
    """What holds where a `case` was taken, and where it was passed over."""
    position = parameter(scope, subject.id) if isinstance(subject, ast.Name) else -1
    wanted = _wanted(pattern) if position >= 0 else ()
    if not wanted:
        return (), ()
    test = Test("equal", position, values=wanted)
    return _asked(scope, test, True), _asked(scope, test, False)


def _wanted(pattern: ast.pattern) -> tuple[Literal, ...]:
    match pattern:
        case ast.MatchValue(value=value):
            return constants(value) or ()
        case ast.MatchSingleton(value=value):
            return (value,)
        case ast.MatchOr(patterns=patterns):
            parts = [_wanted(inner) for inner in patterns]
            return tuple(value for part in parts for value in part) if all(parts) else ()
        case _:
            return ()


def guard(scope: Scope, guards: Guards) -> None:
    """From here on these hold too."""
    if guards and len(scope.guards) < MOST_GUARDS:
        scope.guards = (*scope.guards, *guards)


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a branch leaves the block it stands in: what follows runs only where the test was false. Where
    a raise is caught, or a loop goes on, what held inside has ended (`fenced`)."""
    return isinstance(body[-1], _LEAVING)


def fenced(run: Callable[[Scope, Statement], None]) -> Callable[[Scope, Statement], None]:
    """For statements whose blocks may be left out (loops, handlers, cases): what held inside ends there."""

    def inside(scope: Scope, node: Statement) -> None:
        before = scope.guards
        run(scope, node)
        scope.guards = before

    return inside
