"""Literals: kept while they are short enough to mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Const, Opaque
from loopaudit.static.lower.unit import OPAQUE

if TYPE_CHECKING:
    import ast

    from loopaudit.static.lower.scope import Scope

LONGEST_TEXT = 300
LONGEST_NAME = 60
LARGEST_INT = 2**63 - 1
UNITS: dict[object, Const] = {None: Const(None), True: Const(True), False: Const(False)}


def constant(_scope: Scope, node: ast.Constant) -> AnyExpr:
    value = node.value
    if isinstance(value, str):
        return text(value)
    if value is None or value is True or value is False:
        return UNITS[value]
    if isinstance(value, float) or (isinstance(value, int) and -LARGEST_INT <= value <= LARGEST_INT):
        return Const(value)
    return Opaque(len(value)) if isinstance(value, bytes) else OPAQUE


def pattern(parts: list[str]) -> AnyExpr:
    """A name put together from these parts, with something unknown between each two."""
    known = "".join(parts)
    if len(known) > LONGEST_NAME or not known.isidentifier() or not known.strip("_"):
        return OPAQUE
    return Opaque(-1, "*".join(parts))


def text(value: str) -> AnyExpr:
    """A string as a value; one that cannot be encoded (a lone surrogate) is nothing anybody follows."""
    if len(value) > LONGEST_TEXT:
        return Opaque(len(value))
    if not value.isascii() and value.encode("utf-8", "replace").decode() != value:
        return OPAQUE
    return Const(value)
