"""Type parameters (`def f[T: Session](db: T)`): in annotations a name like `T` means what bounds it."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.lower.scope import Scope

MOST_NODES = 50
"""A bound is read wherever its name is used: a larger one is not read."""
PLAIN = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Tuple,
    ast.List,
    ast.Constant,
    ast.BinOp,
    ast.expr_context,
    ast.operator,
)


@contextmanager
def type_parameters(scope: Scope, node: ast.AST) -> Iterator[None]:
    """The type parameters of a definition are known in its annotations and in all that it holds."""
    params: list[ast.AST] = getattr(node, "type_params", [])
    if not params:
        yield
        return
    outside = scope.unit.types
    scope.unit.types = {**outside, **{getattr(each, "name", ""): _meaning(each) for each in params}}
    yield
    scope.unit.types = outside


def _meaning(param: ast.AST) -> ast.expr | None:
    """The bound of `T`, its constraints as a tuple, or else its default; None where nobody says."""
    if type(param).__name__ != "TypeVar":
        return None
    told = getattr(param, "bound", None) or getattr(param, "default_value", None)
    return told if isinstance(told, ast.expr) and _is_plain(told) else None


def _is_plain(node: ast.expr) -> bool:
    """Whether it only names types: a call in a bound is made only when somebody asks for the bound."""
    queue: list[ast.AST] = [node]
    seen = 0
    while queue:
        each = queue.pop()
        seen += 1
        if seen > MOST_NODES or not isinstance(each, PLAIN):
            return False
        queue.extend(ast.iter_child_nodes(each))
    return True
