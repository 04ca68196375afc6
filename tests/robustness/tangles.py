"""Valid programs that nobody would write: pieces of real files, transplanted, with few names for all."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

KEPT = frozenset(
    ("self", "cls", "super", "property", "staticmethod", "classmethod", "append", "items", "getattr")
)
"""Names that keep their meaning."""
BLOCKING = (
    "time.sleep(1)", "open(n0).read()", "requests.get(n1)", "Session().commit()", "n1(n2)",
    "n2.n3(n1, n0=n4)",
    "self.n1 = n2(self.n3)", "n3 = n4.n5", "await n1", "await asyncio.to_thread(n1, n2)", "await n1.n2(n3)",
    "n4 = partial(n4, n5)", "n5 = [n5, n6]", "with n6 as n7: n7.n8()", "for n8 in n9: n8()", "return n1(n0)",
    "return self.n2", "yield n3", "n6[n7] = n8", "n9.n1 = n1", "super().n1()", "n1 = lambda n2: n2(n3)",
    "if isinstance(n1, n2): n1.n3()", "if n4: return n5", "n7 = Depends(n7)", "n8.include_router(n9)",
)  # fmt: skip
SMALL = 150
"""Nodes of what is copied: copies of copies grow."""


def tangle(sources: list[bytes], random: Random, *, names: int = 12, transplants: int = 30) -> str | None:
    """One file made of pieces of several; None where they cannot be written down as source.

    names: how many distinct names are left, apart from those that are kept.
    """
    statements: list[ast.stmt] = []
    for source in sources:
        tree = _parse(source)
        if tree is not None and tree.body:
            statements.extend(random.sample(tree.body, min(len(tree.body), 10)))
    module = ast.Module(statements, [])
    _Renamer(random, names).visit(module)
    _transplant(module, random, transplants)
    try:
        text = ast.unparse(ast.fix_missing_locations(module))
        text.encode()
    except (ValueError, RecursionError, AttributeError, TypeError):
        return None
    return text


def _parse(source: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _transplant(module: ast.Module, random: Random, times: int) -> None:
    """Put expressions and statements where others stood, or where something that blocks had no business."""
    nodes = list(ast.walk(module))
    blocks = [node.body for node in nodes if isinstance(node, ast.stmt) and hasattr(node, "body")] or [
        module.body
    ]
    parents = [node for node in nodes if isinstance(getattr(node, "value", None), ast.expr)]
    values = [
        node for node in nodes if isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.Lambda)
    ]
    for _ in range(times):
        block = random.choice(blocks)
        match random.randrange(3):
            case 0 if parents and values:
                random.choice(parents).value = _copy(random.choice(values))  # type: ignore[attr-defined]  # asked above
            case 1:
                donors = random.choice(blocks) or block
                block.insert(random.randrange(len(block) + 1), _copy(random.choice(donors or [ast.Pass()])))
            case _:
                block[random.randrange(len(block) + 1) : 0] = ast.parse(random.choice(BLOCKING)).body


def _copy(node: ast.AST) -> ast.AST:
    if sum(1 for _ in ast.walk(node)) > SMALL:
        return ast.Pass() if isinstance(node, ast.stmt) else ast.Name("n0", ast.Load())
    fields = {name: _copied(getattr(node, name, None)) for name in node._fields}
    if "ctx" in fields:
        fields["ctx"] = ast.Load()
    return type(node)(**fields)


def _copied(value: object) -> object:
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return _copy(value) if isinstance(value, ast.AST) else value


class _Renamer(ast.NodeTransformer):
    """Every name becomes one of a few, the same one the same each time; every third function a coroutine."""

    def __init__(self, random: Random, names: int) -> None:
        self._random = random
        self._names = [f"n{number}" for number in range(names)]
        self._known: dict[str, str] = {}

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("id", "attr", "arg", "name", "asname", "rest"):
            value = getattr(node, field, None)
            if isinstance(value, str) and not isinstance(node, ast.alias):
                setattr(node, field, self._renamed(value))
        if isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [self._renamed(name) for name in node.names]
        visited = super().generic_visit(node)
        if isinstance(visited, ast.FunctionDef) and self._random.random() < 0.3:
            return ast.AsyncFunctionDef(**{name: getattr(visited, name) for name in visited._fields})
        return visited

    def _renamed(self, name: str) -> str:
        if name in KEPT or (name.startswith("__") and name.endswith("__")):
            return name
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._random.choice(self._names)
        return known
