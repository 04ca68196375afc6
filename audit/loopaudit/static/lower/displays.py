"""Displays (tuples, lists, sets, dicts): enough of them to tell what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Const, Items, Pairs, Starred
from loopaudit.static.lower.records import LITERALS, note_iteration
from loopaudit.static.lower.unit import DEEPEST, OPAQUE

if TYPE_CHECKING:
    import ast

    from loopaudit.static.lower.scope import Scope

MOST_CONSTANTS = 32
MOST_ITEMS = 1000


def starred(scope: Scope, node: ast.Starred) -> AnyExpr:
    value = scope.lower[node.value.__class__](scope, node.value)
    if type(value) not in LITERALS and not scope.quiet:
        note_iteration(scope, node.value, value)
    return Starred(value)


def several(scope: Scope, nodes: list[ast.expr]) -> tuple[AnyExpr, ...]:
    """The values of a display; a long one keeps its start, enough to tell what it holds."""
    scope.depth += 1
    if scope.depth > DEEPEST:
        scope.depth -= 1
        return ()
    lower = scope.lower
    values = [lower[node.__class__](scope, node) for node in nodes]
    scope.depth -= 1
    if len(values) > MOST_CONSTANTS and all(value.__class__ is Const for value in values):
        return tuple(values[:MOST_CONSTANTS])
    return tuple(values[:MOST_ITEMS])


def tuple_(scope: Scope, node: ast.Tuple) -> AnyExpr:
    return Items("tuple", several(scope, node.elts))


def list_(scope: Scope, node: ast.List) -> AnyExpr:
    return Items("list", several(scope, node.elts))


def set_(scope: Scope, node: ast.Set) -> AnyExpr:
    return Items("set", several(scope, node.elts))


def dict_(scope: Scope, node: ast.Dict) -> AnyExpr:
    lower = scope.lower
    scope.depth += 1
    if scope.depth > DEEPEST:
        scope.depth -= 1
        return OPAQUE
    keys: list[AnyExpr] = []
    values: list[AnyExpr] = []
    for key, node_value in zip(node.keys, node.values, strict=True):
        keys.append(OPAQUE if key is None else lower[key.__class__](scope, key))
        value = lower[node_value.__class__](scope, node_value)
        values.append(Starred(value) if key is None else value)
    scope.depth -= 1
    return Pairs(tuple(keys[:MOST_ITEMS]), tuple(values[:MOST_ITEMS]))
