"""Operators: as values where somebody may follow them, as dunder uses where they may run project code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Const, Operation
from loopaudit.static.lower.literals import pattern
from loopaudit.static.lower.records import use_dunder
from loopaudit.static.lower.unit import DEEPEST, OPAQUE

if TYPE_CHECKING:
    from loopaudit.static.lower.scope import Scope

METHODS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.BitAnd: "and",
    ast.FloorDiv: "floordiv",
}
DUNDERS = {operator: f"__{word}__" for operator, word in METHODS.items()}
IN_PLACE = {operator: f"__i{word}__" for operator, word in METHODS.items()}


def binary(scope: Scope, node: ast.BinOp) -> AnyExpr:
    """A chain `a + b + c` is walked from its start: generated code adds thousands of strings."""
    chain = [node]
    left = node.left
    while left.__class__ is ast.BinOp:
        chain.append(left)
        left = left.left
    scope.depth += 1
    if scope.depth > DEEPEST:
        scope.depth -= 1
        return OPAQUE
    value = scope.lower[left.__class__](scope, left)
    height = 0
    for link in reversed(chain):
        right = scope.lower[link.right.__class__](scope, link.right)
        value = combine(scope, link, DUNDERS[link.op.__class__], value, right)
        height = 0 if value is OPAQUE else height + 1
        if height > DEEPEST // 2:
            value = OPAQUE
    scope.depth -= 1
    return value


def combine(scope: Scope, node: ast.expr, method: str, left: AnyExpr, right: AnyExpr) -> AnyExpr:
    """The value of one operator; text that is put together or filled in is nothing to follow."""
    if left.__class__ is Const:
        return _with_literal(scope, node, method, left, right)
    if left.__class__ is OPAQUE.__class__ and right.__class__ in {Const, OPAQUE.__class__}:
        return OPAQUE
    if not scope.quiet:
        use_dunder(scope, node, method, left, (right,))
    return Operation(method, left, right)


def _with_literal(scope: Scope, node: ast.expr, method: str, left: Const, right: AnyExpr) -> AnyExpr:
    """A literal on the left knows no class of the project: the right side answers."""
    if isinstance(left.value, str) and method in {"__add__", "__mod__"}:
        head, _, tail = left.value.partition("%s")
        return pattern([left.value, ""] if method == "__add__" else [head, tail])
    if not scope.quiet:
        use_dunder(scope, node, method.replace("__", "__r", 1), right, (left,))
    return Operation(method, left, right)


def compare(scope: Scope, node: ast.Compare) -> AnyExpr:
    lower = scope.lower
    left = lower[node.left.__class__](scope, node.left)
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        right = lower[comparator.__class__](scope, comparator)
        method = COMPARISONS.get(operator.__class__)
        if method == "__contains__":
            use_dunder(scope, node, method, right, (left,))
        elif method is not None and right.__class__ is not Const:
            use_dunder(scope, node, method, left, (right,))
        left = right
    return OPAQUE


COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.In: "__contains__",
    ast.NotIn: "__contains__",
    ast.Eq: "__eq__",
    ast.NotEq: "__eq__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
}
"""`is` runs no code, and `!=` asks `__eq__`. What is compared with a literal is plain data."""
UNARY: dict[type[ast.unaryop], str] = {
    ast.Invert: "__invert__",
    ast.USub: "__neg__",
    ast.UAdd: "__pos__",
}


def unary(scope: Scope, node: ast.UnaryOp) -> AnyExpr:
    value = scope.lower[node.operand.__class__](scope, node.operand)
    if node.op.__class__ is ast.USub and value.__class__ is Const:
        number = value.value
        if isinstance(number, int | float):
            return Const(-number)
    method = UNARY.get(node.op.__class__)
    if method is not None:
        use_dunder(scope, node, method, value, ())
    return OPAQUE
