"""Which names a loop binds, asked before it is lowered: at its head they may come from the round before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.lower.targets import bound_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loopaudit.static.lower.scope import Scope

SEPARATE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


def names_of_loop(scope: Scope, node: ast.For | ast.AsyncFor | ast.While) -> set[str]:
    """The names bound by the loop's target, test and body; inner loops are remembered on the way."""
    found = scope.loop_names.get(node)
    if found is None:
        found = set()
        if isinstance(node, ast.While):
            _walruses(scope, node.test, found)
        else:
            found.update(bound_names(node.target))
        _scan(scope, node.body, found)
        scope.loop_names[node] = found
    return found


def _scan(scope: Scope, statements: Iterable[ast.AST], found: set[str]) -> None:
    for statement in statements:
        match statement:
            case ast.For() | ast.AsyncFor() | ast.While():
                found |= names_of_loop(scope, statement)
                _scan(scope, statement.orelse, found)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                for target in targets:
                    found.update(bound_names(target))
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                found.update(bound_names(target))
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found.update(alias.asname or alias.name.partition(".")[0] for alias in names)
            case _:
                _scan_blocks(scope, statement, found)
        if scope.unit.has_walrus:
            _walruses(scope, statement, found)


def _scan_blocks(scope: Scope, statement: ast.AST, found: set[str]) -> None:
    match statement:
        case ast.If(body=body, orelse=orelse):
            _scan(scope, body, found)
            _scan(scope, orelse, found)
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            for item in items:
                if item.optional_vars is not None:
                    found.update(bound_names(item.optional_vars))
            _scan(scope, body, found)
        case (
            ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody)
            | ast.TryStar(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody)
        ):
            _scan(scope, [*body, *handlers, *orelse, *finalbody], found)
        case ast.ExceptHandler(name=name, body=body):
            if name:
                found.add(name)
            _scan(scope, body, found)
        case ast.Match(cases=cases):
            for case in cases:
                _captures(case.pattern, found)
                _scan(scope, case.body, found)


def _captures(pattern: ast.pattern, found: set[str]) -> None:
    for node in ast.walk(pattern):
        match node:
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                found.add(name)
            case ast.MatchMapping(rest=str() as name):
                found.add(name)


def _walruses(scope: Scope, node: ast.AST, found: set[str]) -> None:
    """Names bound by `:=` in the expressions of a statement (not in its blocks, which are scanned too)."""
    if not scope.unit.has_walrus:
        return
    queue = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    if isinstance(node, ast.expr):
        queue.append(node)
    while queue:
        inner = queue.pop()
        if isinstance(inner, ast.NamedExpr):
            found.add(inner.target.id)
        if not isinstance(inner, ast.Lambda):
            queue.extend(
                child if isinstance(child, ast.expr) else child.iter
                for child in ast.iter_child_nodes(inner)
                if isinstance(child, ast.expr | ast.comprehension)
            )
