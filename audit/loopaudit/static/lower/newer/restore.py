"""The tree of rewritten source made into the one that a newer parser would have made of the source itself."""

from __future__ import annotations

import ast
import typing
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeGuard

from loopaudit.static.lower.newer.nodes import ParamSpec, TypeAlias, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from loopaudit.static.lower.newer.edits import Edited


Node = typing.TypeVar("Node", bound=ast.AST)


class Marks(NamedTuple):
    """Names that the source does not use: they tell what the rewriting made from what was written so."""

    string: str
    star: str
    double: str
    types: str


class _Placed(Protocol):
    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


MADE = (ast.Tuple, ast.SetComp, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.AnnAssign)
"""The kinds of nodes that the rewriting may have made or changed."""
OPERATORS = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


def restore(tree: ast.Module, marks: Marks, edited: Edited) -> None:
    """Undo the rewriting in the tree, and put every node where it stands in the source."""
    queue: list[ast.AST] = [tree]
    touched = edited.touched
    while queue:
        node = queue.pop()
        for name, value in node.__dict__.items():
            kind = value.__class__
            if kind is int or kind is str:
                continue
            if kind is list:
                for index, item in enumerate(value):
                    if isinstance(item, MADE):
                        value[index] = _restored(item, marks)
                queue.extend([item for item in value if isinstance(item, ast.AST)])
            elif isinstance(value, MADE):
                setattr(node, name, _restored(value, marks))
                queue.append(getattr(node, name))
            elif isinstance(value, ast.AST) and not isinstance(value, OPERATORS):
                queue.append(value)
        if _has_place(node) and (node.lineno in touched or node.end_lineno in touched):
            line, column = edited.start(node.lineno, node.col_offset)
            node.end_lineno, node.end_col_offset = edited.end(node.end_lineno, node.end_col_offset)
            node.lineno, node.col_offset = line, column


def _has_place(node: object) -> TypeGuard[_Placed]:
    return hasattr(node, "end_lineno")


def _restored(node: ast.AST, marks: Marks) -> ast.AST:
    match node:
        case ast.Tuple(elts=[ast.Name(id=mark), *parts]) if mark == marks.string:
            return _at(node, ast.JoinedStr([_at(part, ast.FormattedValue(part, -1)) for part in parts]))
        case ast.Tuple(elts=[ast.Name(id=mark), part]) if mark == marks.star:
            return _at(node, ast.Starred(part, ast.Load()))
        case ast.SetComp(elt=ast.Tuple(elts=[ast.Name(id=mark), part]), generators=loops):
            if mark == marks.double:
                return _at(node, ast.DictComp(part, None, loops))  # type: ignore[arg-type]  # None since 3.15
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            taken = arguments.posonlyargs or arguments.args
            if taken and taken[0].arg == marks.types:
                _parametrize(node, taken.pop(0).annotation)
        case ast.ClassDef(bases=[first, *bases]) if _is_marked(first, marks):
            node.bases = bases
            _parametrize(node, first)
        case ast.AnnAssign(target=name, annotation=params, value=value) if _is_marked(params, marks):
            return _parametrize(_at(node, TypeAlias(name=name, value=value)), params)
    return node


def _is_marked(node: ast.expr, marks: Marks) -> bool:
    match node:
        case ast.Tuple(elts=[ast.Name(id=mark), *_]):
            return mark == marks.types
    return False


def _parametrize(node: ast.AST, params: ast.expr | None) -> ast.AST:
    """Hang the type parameters on a definition: `(mark,(stars,name,bound,default),...)`."""
    found: list[ast.AST] = []
    match params:
        case ast.Tuple(elts=[_, *each]):
            found = [_at(one, _parameter(one)) for one in each]
    node.type_params = found  # type: ignore[attr-defined]  # a field since 3.12
    return node


def _parameter(node: ast.expr) -> ast.AST:
    match node:
        case ast.Tuple(elts=[ast.Constant(value=0), ast.Name(id=name), bound, default]):
            return TypeVar(name=name, bound=_only(bound), default_value=_only(default))
        case ast.Tuple(elts=[ast.Constant(value=stars), ast.Name(id=name), _, default]):
            kind = TypeVarTuple if stars == 1 else ParamSpec
            return kind(name=name, default_value=_only(default))
    return node


def _only(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Tuple(elts=[inner]):
            return inner
    return None


def _at(place: object, node: Node) -> Node:
    """The node, standing where `place` does."""
    if _has_place(place):
        for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            setattr(node, name, getattr(place, name))
    return node
