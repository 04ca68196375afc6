"""What an assignment, a loop, a `with` or an import binds: names, attributes, items, and parts of a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Const, Items
from loopaudit.static.facts import AttrStore, ItemStore
from loopaudit.static.lower.records import use_dunder
from loopaudit.static.lower.unit import OPAQUE

if TYPE_CHECKING:
    from loopaudit.static.lower.scope import Scope


def assign(
    scope: Scope,
    target: ast.expr,
    value: AnyExpr,
    kind: str,
    path: tuple[int, ...] = (),
    annotation: AnyExpr | None = None,
) -> None:
    """Bind `target` to `value` (to the part of it that `path` leads to)."""
    match target:
        case ast.Name(id=name):
            scope.define(name, kind, value, target.lineno, path, annotation)
        case ast.Attribute():
            store_attribute(scope, target, value, kind, path, annotation)
        case ast.Subscript():
            _store_item(scope, target, OPAQUE if path or kind != "assign" else value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(scope, targets, value, kind, path)
        case ast.Starred(value=inner):
            assign(scope, inner, value, kind, path)


def store_attribute(
    scope: Scope,
    target: ast.Attribute,
    value: AnyExpr,
    kind: str,
    path: tuple[int, ...] = (),
    annotation: AnyExpr | None = None,
) -> None:
    base = scope.lower[target.value.__class__](scope, target.value)
    line = target.lineno
    column = scope.unit.column(line, target.col_offset)
    scope.stored.add(target.attr)
    if scope.paths and isinstance(target.value, ast.Name):
        scope.unbind(f"{target.value.id}.{target.attr}")
    scope.attr_stores.append(AttrStore(base, target.attr, value, kind, line, column, path, annotation))


def _store_item(scope: Scope, target: ast.Subscript, value: AnyExpr) -> None:
    base = scope.lower[target.value.__class__](scope, target.value)
    key = scope.lower[target.slice.__class__](scope, target.slice)
    word = key.value if isinstance(key, Const) else getattr(key, "name", "")
    if word and isinstance(word, str):
        scope.stored.add(f"[{word}]")
    line = target.lineno
    scope.item_stores.append(ItemStore(base, key, value, line, scope.unit.column(line, target.col_offset)))
    use_dunder(scope, target, "__setitem__", base, (key, value))


def _unpack(scope: Scope, targets: list[ast.expr], value: AnyExpr, kind: str, path: tuple[int, ...]) -> None:
    """`a, b = x, y` binds each to its own; else each gets the path to its part.

    The starred part is -1; what stands behind it counts from the end, -2 being the last.
    """
    starred = next((i for i, target in enumerate(targets) if target.__class__ is ast.Starred), -1)
    if kind == "assign" and not path and starred < 0 and _is_display_of(value, len(targets)):
        for target, item in zip(targets, value.items, strict=True):  # type: ignore[union-attr]  # see above
            assign(scope, target, item, kind)
        return
    for position, target in enumerate(targets):
        step = position
        if starred >= 0 and position >= starred:
            step = -1 if position == starred else position - len(targets) - 1
        assign(scope, target, value, kind, (*path, step))


def _is_display_of(value: AnyExpr, length: int) -> bool:
    match value:
        case Items(kind="tuple" | "list", items=items):
            return len(items) == length and not any(type(item).__name__ == "Starred" for item in items)
    return False


def bound_names(target: ast.expr) -> list[str]:
    """The plain names in a target."""
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            return [name for inner in targets for name in bound_names(inner)]
        case ast.Starred(value=inner):
            return bound_names(inner)
    return []
