"""Comprehensions: lowered where they stand, with variables that end with them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Comprehension, Item
from loopaudit.static.facts import IN_LOOP
from loopaudit.static.lower.conditions import keep_walrus, refine, weigh
from loopaudit.static.lower.records import iterate
from loopaudit.static.lower.targets import assign
from loopaudit.static.lower.unit import OPAQUE

if TYPE_CHECKING:
    from loopaudit.static.lower.scope import Scope

KINDS: dict[type[ast.expr], str] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "generator",
}


def comprehension(scope: Scope, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> AnyExpr:
    return _inside(scope, node, node.generators, [node.elt])


def dict_comprehension(scope: Scope, node: ast.DictComp) -> AnyExpr:
    if (
        getattr(node, "value", None) is None
    ):  # `{**d for d in ds}` (Python 3.15): the values are those of every `d`
        mapping = _inside(scope, node, node.generators, [node.key])
        return Comprehension("dict", Item(mapping.element, OPAQUE))
    return _inside(scope, node, node.generators, [node.key, node.value])


def _inside(
    scope: Scope, node: ast.expr, generators: list[ast.comprehension], parts: list[ast.expr]
) -> Comprehension:
    """The last of the parts is the element."""
    loop = scope.loop
    outside = scope.open_block("loop")
    scope.push()
    for generator in generators:
        is_async = bool(generator.is_async)
        value = iterate(scope, generator.iter, is_async)
        scope.loop = IN_LOOP
        assign(scope, generator.target, value, "aiterate" if is_async else "iterate")
        for condition in generator.ifs:
            _, when_true, _ = weigh(scope, condition)
            refine(scope, when_true, condition.lineno)
    values = [scope.lower[part.__class__](scope, part) for part in parts]
    scope.pop()
    scope.loop, scope.block = loop, outside
    keep_walrus(scope)
    return Comprehension(KINDS[node.__class__], values[-1])
