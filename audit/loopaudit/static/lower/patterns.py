"""`match`: what a pattern binds, and what it says about its subject."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Attr, Const, Item, Items, Local
from loopaudit.static.facts import Def
from loopaudit.static.lower.annotations import quietly
from loopaudit.static.lower.blocks import block
from loopaudit.static.lower.conditions import Told, refine, weigh
from loopaudit.static.lower.guards import guard, matches
from loopaudit.static.lower.unit import OPAQUE

if TYPE_CHECKING:
    from loopaudit.static.lower.flow import Changes
    from loopaudit.static.lower.scope import Scope


def match_(scope: Scope, node: ast.Match) -> None:
    subject = scope.lower[node.subject.__class__](scope, node.subject)
    ends: list[Changes | None] = []
    is_exhaustive = False
    for case in node.cases:
        scope.push()
        _match(scope, case.pattern, subject, ())
        kinds = _kinds(scope, case.pattern)
        if isinstance(node.subject, ast.Name) and kinds is not None:
            told: tuple[Told, ...] = ((node.subject.id, "narrow", kinds),)
            refine(scope, told, case.pattern.lineno)
        taken, passed = matches(scope, node.subject, case.pattern)
        if case.guard is not None:
            passed = ()
            _, when_true, _ = weigh(scope, case.guard)
            refine(scope, when_true, case.guard.lineno)
        before = scope.guards
        guard(scope, taken)
        outside = scope.open_block("otherwise" if ends else "branch")
        block(scope, case.body)
        scope.block = outside
        scope.guards = before
        guard(scope, passed)
        ends.append(scope.leave())
        is_exhaustive = is_exhaustive or (case.guard is None and _takes_all(case.pattern))
    scope.merge(ends if is_exhaustive else [*ends, {}])


def _takes_all(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _takes_all(inner)
        case ast.MatchOr(patterns=patterns):
            return any(_takes_all(inner) for inner in patterns)
    return False


def _kinds(scope: Scope, pattern: ast.pattern) -> AnyExpr | None:
    """The class, or classes, a value that matches is an instance of; None if the pattern does not say."""
    match pattern:
        case ast.MatchClass(cls=kind):
            return quietly(scope, kind)
        case ast.MatchSingleton(value=None):
            return Const(None)
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _kinds(scope, inner)
        case ast.MatchOr(patterns=patterns):
            kinds = [_kinds(scope, inner) for inner in patterns]
            known = tuple(kind for kind in kinds if kind is not None)
            return Items("tuple", known) if len(known) == len(kinds) else None
    return None


def _match(scope: Scope, pattern: ast.pattern, value: AnyExpr, path: tuple[int, ...]) -> None:
    match pattern:
        case ast.MatchAs(pattern=inner, name=name):
            _capture(scope, pattern, inner, name, value, path)
        case ast.MatchStar(name=str() as name):
            scope.define(name, "assign", value, pattern.lineno, path)
        case ast.MatchSequence(patterns=patterns):
            _match_sequence(scope, patterns, value, path)
        case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
            for key, inner in zip(keys, patterns, strict=True):
                _match(scope, inner, OPAQUE if path else Item(value, quietly(scope, key)), ())
            if rest:
                scope.define(rest, "assign", OPAQUE, pattern.lineno)
        case ast.MatchClass(patterns=patterns, kwd_attrs=names, kwd_patterns=kwd_patterns):
            for inner in patterns:
                _match(scope, inner, OPAQUE, ())
            for name, inner in zip(names, kwd_patterns, strict=True):
                _match(scope, inner, OPAQUE if path else Attr(value, name), ())
        case ast.MatchOr(patterns=patterns):
            _match_either(scope, patterns, value, path)
        case ast.MatchValue(value=inner_value):
            quietly(scope, inner_value)


def _capture(
    scope: Scope,
    pattern: ast.pattern,
    inner: ast.pattern | None,
    name: str | None,
    value: AnyExpr,
    path: tuple[int, ...],
) -> None:
    """`case x` takes the value; `case C() as x` takes it as an instance of C."""
    if inner is not None:
        _match(scope, inner, value, path)
    if name is None:
        return
    kinds = None if inner is None else _kinds(scope, inner)
    if kinds is None or name in scope.outer:
        scope.define(name, "assign", value, pattern.lineno, path)
        return
    scope.bind(name, Local(name, (len(scope.defs),)))
    scope.defs.append(Def(name, "narrow", value, pattern.lineno, path, kinds))


def _match_sequence(scope: Scope, patterns: list[ast.pattern], value: AnyExpr, path: tuple[int, ...]) -> None:
    starred = next((i for i, inner in enumerate(patterns) if isinstance(inner, ast.MatchStar)), -1)
    for position, inner in enumerate(patterns):
        step = position
        if starred >= 0 and position >= starred:
            step = -1 if position == starred else position - len(patterns) - 1
        _match(scope, inner, value, (*path, step))


def _match_either(scope: Scope, patterns: list[ast.pattern], value: AnyExpr, path: tuple[int, ...]) -> None:
    """Every alternative binds the same names."""
    ends: list[Changes | None] = []
    for inner in patterns:
        scope.push()
        _match(scope, inner, value, path)
        ends.append(scope.pop())
    scope.merge(ends)
