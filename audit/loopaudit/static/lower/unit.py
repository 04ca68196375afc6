"""What the scopes of one file share while it is lowered."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Name, Opaque

if TYPE_CHECKING:
    from loopaudit.static.facts import Class, Function
    from loopaudit.static.lower.scope import Scope

LowerExpression = Callable[["Scope", ast.expr], AnyExpr]
RunStatement = Callable[["Scope", ast.stmt], None]

OPAQUE = Opaque()
DEEPEST = 100
"""Values nested deeper than this become `Opaque`: the stages after us walk values recursively."""


class Unit:
    """The functions and classes found so far, and the tables every scope dispatches by."""

    __slots__ = (
        "classes",
        "functions",
        "has_walrus",
        "imports",
        "lower",
        "names",
        "parsed",
        "run",
        "types",
        "wide",
    )

    def __init__(
        self,
        lower: dict[type[ast.AST], LowerExpression],
        run: dict[type[ast.AST], RunStatement],
        wide: dict[int, bytes],
        has_walrus: bool,
    ) -> None:
        self.lower = lower
        self.run = run
        self.has_walrus = has_walrus
        self.wide = wide
        """The lines that are not ASCII: there a byte offset is not a column."""
        self.functions: list[Function | None] = []
        self.classes: list[Class | None] = []
        self.imports: set[str] = set()
        """What is imported by absolute names: `package.module` or `package.module.name`."""
        self.names: dict[str, Name] = {}
        self.parsed: dict[str, ast.expr | None] = {}
        self.types: dict[str, ast.expr | None] = {}
        """The type parameters known here, each with what bounds it."""

    def column(self, line: int, offset: int) -> int:
        """The 1-based column, in characters, of a byte offset."""
        raw = self.wide.get(line)
        return offset + 1 if raw is None else len(raw[:offset].decode("utf-8", "replace")) + 1
