"""Annotations: strings in them are parsed, and reading them runs nothing (but a call in them is kept)."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Attr, Item, Items, Operation
from loopaudit.static.lower.literals import text
from loopaudit.static.lower.unit import DEEPEST, OPAQUE

if TYPE_CHECKING:
    from loopaudit.static.lower.scope import Scope


def annotation(scope: Scope, node: ast.expr | None) -> AnyExpr | None:
    """Lower an annotation; None stays None."""
    return None if node is None else _read(scope, node)


def quietly(scope: Scope, node: ast.expr) -> AnyExpr:
    """Lower an expression whose attribute reads and operators are nothing but names of types."""
    scope.quiet += 1
    value = scope.lower[node.__class__](scope, node)
    scope.quiet -= 1
    return value


def _read(scope: Scope, node: ast.expr) -> AnyExpr:
    kind = node.__class__
    if kind is ast.Name:
        name: str = node.id  # type: ignore[attr-defined]  # its class was just asked
        return _type_parameter(scope, name) if name in scope.unit.types else scope.name(name)
    scope.depth += 1
    try:
        return OPAQUE if scope.depth > DEEPEST else _read_deep(scope, node)
    finally:
        scope.depth -= 1


def _type_parameter(scope: Scope, name: str) -> AnyExpr:
    """What bounds it, in which other type parameters mean nothing: they may lead back here."""
    types = scope.unit.types
    bound = types[name]
    if bound is None:
        return OPAQUE
    scope.unit.types = dict.fromkeys(types)
    value = _read(scope, bound)
    scope.unit.types = types
    return value


def _read_deep(scope: Scope, node: ast.expr) -> AnyExpr:
    match node:
        case ast.Constant(value=str() as source):
            return _read_text(scope, node, source)
        case ast.Attribute(value=base, attr=attr):
            return Attr(_read(scope, base), attr)
        case ast.Subscript(value=base, slice=key):
            return Item(_read(scope, base), _read_key(scope, base, key))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            word = "tuple" if node.__class__ is ast.Tuple else "list"
            return Items(word, tuple([_read(scope, item) for item in items]))
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return Operation("__or__", _read(scope, left), _read(scope, right))
    return quietly(scope, node)


def _read_key(scope: Scope, base: ast.expr, key: ast.expr) -> AnyExpr:
    """`Literal["a"]` holds text, and so does all but the first part of `Annotated[T, ...]`."""
    match base:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            if word == "Literal":
                return quietly(scope, key)
            if word == "Annotated" and isinstance(key, ast.Tuple) and key.elts:
                rest = [quietly(scope, item) for item in key.elts[1:]]
                return Items("tuple", (_read(scope, key.elts[0]), *rest))
    return _read(scope, key)


def _read_text(scope: Scope, node: ast.Constant, source: str) -> AnyExpr:
    parsed = scope.unit.parsed
    if source not in parsed:
        parsed[source] = _parse(source, node)
    tree = parsed[source]
    return text(source) if tree is None else _read(scope, tree)


def _parse(source: str, place: ast.Constant) -> ast.expr | None:
    """A string annotation as a tree that stands where the string stands; None if it is not an expression."""
    if len(source) > 1000:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.lineno, node.end_lineno = place.lineno, place.end_lineno
            node.col_offset, node.end_col_offset = place.col_offset, place.end_col_offset
    return tree
