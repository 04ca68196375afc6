"""Expressions: every handler takes a node and returns its value; what happens on the way is recorded."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.blocks import Await
from loopaudit.static.expressions import AnyExpr, Attr, Awaited, Item, Items, Result, Starred
from loopaudit.static.facts import AWAITED, Load
from loopaudit.static.lower.calls import call_or_value
from loopaudit.static.lower.literals import UNITS, pattern
from loopaudit.static.lower.records import iterate, note_await, use_dunder
from loopaudit.static.lower.unit import DEEPEST, OPAQUE

if TYPE_CHECKING:
    from loopaudit.static.lower.scope import Scope


def name(scope: Scope, node: ast.Name) -> AnyExpr:
    return scope.env.get(node.id) or scope.unit.names.get(node.id) or scope.name(node.id)


def attribute(scope: Scope, node: ast.Attribute) -> AnyExpr:
    scope.depth += 1
    if scope.depth > DEEPEST:
        scope.depth -= 1
        return OPAQUE
    base = node.value
    value = Attr(scope.lower[base.__class__](scope, base), node.attr)
    scope.depth -= 1
    if not scope.quiet:
        line = node.lineno
        column = scope.unit.column(line, node.col_offset)
        scope.loads.append(Load(value, line, column, scope.block))
    if scope.paths and isinstance(base, ast.Name):
        return scope.env.get(f"{base.id}.{node.attr}", value)
    return value


def subscript(scope: Scope, node: ast.Subscript) -> AnyExpr:
    scope.depth += 1
    if scope.depth > DEEPEST:
        scope.depth -= 1
        return OPAQUE
    base = scope.lower[node.value.__class__](scope, node.value)
    key = scope.lower[node.slice.__class__](scope, node.slice)
    scope.depth -= 1
    if not scope.quiet:
        use_dunder(scope, node, "__getitem__", base, (key,))
    return Item(base, key)


def await_(scope: Scope, node: ast.Await) -> AnyExpr:
    note_await(scope)
    value = call_or_value(scope, node.value, AWAITED)
    if value.__class__ is not Result:
        column = scope.unit.column(node.lineno, node.col_offset)
        scope.awaits.append(Await(value, node.lineno, column, scope.block))
    return Awaited(value)


def yield_(scope: Scope, node: ast.Yield) -> AnyExpr:
    scope.is_generator = True
    scope.waiting.update(scope.under)  # whoever iterates may await before the block goes on
    value = node.value
    scope.yields.append(UNITS[None] if value is None else scope.lower[value.__class__](scope, value))
    return OPAQUE


def yield_from(scope: Scope, node: ast.YieldFrom) -> AnyExpr:
    scope.is_generator = True
    scope.yields.append(Starred(iterate(scope, node.value, is_async=False)))
    return OPAQUE


def joined(scope: Scope, node: ast.JoinedStr) -> AnyExpr:
    known = [""]
    for part in node.values:
        if part.__class__ is ast.Constant:
            known[-1] = str(part.value)
        else:
            scope.lower[part.__class__](scope, part)
            known.append("")
    return pattern(known)


def formatted(scope: Scope, node: ast.FormattedValue) -> AnyExpr:
    value = scope.lower[node.value.__class__](scope, node.value)
    use_dunder(scope, node.value, CONVERSIONS.get(node.conversion, "__format__"), value, ())
    if node.format_spec is not None:
        scope.lower[node.format_spec.__class__](scope, node.format_spec)
    return OPAQUE


CONVERSIONS = {ord("r"): "__repr__", ord("a"): "__repr__", ord("s"): "__str__"}


def slice_(scope: Scope, node: ast.Slice) -> AnyExpr:
    """A part of a sequence: what its bounds are is nobody's business, that it is one matters."""
    any_other(scope, node)
    return SLICE


SLICE = Items("slice", ())


def any_other(scope: Scope, node: ast.expr) -> AnyExpr:
    """Kinds of expressions that this version does not know: their parts are lowered."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            scope.lower[child.__class__](scope, child)
    return OPAQUE
