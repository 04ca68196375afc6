"""Functions, lambdas, classes and the module: each opens a scope and leaves with a body."""

from __future__ import annotations

import ast

from msgspec import Raw

from loopaudit.static.expressions import AnyExpr, Attr, ClassRef, Lambda, Local
from loopaudit.static.facts import DECORATOR, ENCODER, RETURNED, Body, Class, Def, Function, Param
from loopaudit.static.lower.annotations import annotation, quietly
from loopaudit.static.lower.blocks import block
from loopaudit.static.lower.calls import call_or_value
from loopaudit.static.lower.scope import Scope
from loopaudit.static.lower.type_parameters import type_parameters
from loopaudit.static.lower.unit import OPAQUE, Unit


def module(unit: Unit, tree: ast.Module, lines: int) -> None:
    """Lower a whole file: `functions[0]`."""
    scope = Scope(unit, "module", "")
    block(scope, tree.body)
    _finish(scope, Function("<module>", "<module>", "module", 1, 1, lines, -1, -1))


def function(scope: Scope, node: ast.FunctionDef) -> None:
    _define(scope, node, "def")


def async_function(scope: Scope, node: ast.AsyncFunctionDef) -> None:
    _define(scope, node, "async")


def _define(scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef, kind: str) -> None:
    decorators = _decorators(scope, node.decorator_list)
    qualname = scope.prefix + node.name
    owner = scope.owner if scope.kind == "class" else -1
    with type_parameters(scope, node):
        params = _params(scope, node.args)
        returns = annotation(scope, node.returns)
        inner = Scope(scope.unit, kind, f"{qualname}.<locals>.")
        _take_params(inner, params, node.lineno)
        block(inner, node.body)
    if owner >= 0:
        scope.methods.append((node.name, inner.index))
    column = scope.unit.column(node.lineno, node.col_offset)
    end = node.end_lineno or node.lineno
    _finish(
        inner,
        Function(
            node.name,
            qualname,
            kind,
            node.lineno,
            column,
            end,
            scope.index,
            owner,
            params,
            decorators,
            returns,
        ),
    )
    scope.define(node.name, "function", Lambda(inner.index), node.lineno)


def lambda_(scope: Scope, node: ast.Lambda) -> AnyExpr:
    params = _params(scope, node.args)
    qualname = scope.prefix + "<lambda>"
    inner = Scope(scope.unit, "lambda", f"{qualname}.<locals>.")
    _take_params(inner, params, node.lineno)
    inner.returns.append(call_or_value(inner, node.body, RETURNED))
    inner.return_guards.append(())
    column = scope.unit.column(node.lineno, node.col_offset)
    end = node.end_lineno or node.lineno
    _finish(
        inner,
        Function("<lambda>", qualname, "lambda", node.lineno, column, end, scope.index, -1, params),
    )
    return Lambda(inner.index)


def class_(scope: Scope, node: ast.ClassDef) -> None:
    decorators = _decorators(scope, node.decorator_list)
    bases = tuple([quietly(scope, base) for base in node.bases])
    keywords = tuple([(kw.arg or "", quietly(scope, kw.value)) for kw in node.keywords])
    qualname = scope.prefix + node.name
    index = len(scope.unit.classes)
    scope.unit.classes.append(None)
    inner = Scope(scope.unit, "class", qualname + ".", index)
    with type_parameters(scope, node):
        block(inner, node.body)
    column = scope.unit.column(node.lineno, node.col_offset)
    end = node.end_lineno or node.lineno
    _finish(inner, Function(node.name, qualname, "class", node.lineno, column, end, scope.index, index))
    scope.unit.classes[index] = Class(
        node.name,
        qualname,
        node.lineno,
        scope.index,
        inner.index,
        bases,
        keywords,
        decorators,
        tuple(inner.methods),
    )
    scope.define(node.name, "class", ClassRef(index), node.lineno)


def _decorators(scope: Scope, nodes: list[ast.expr]) -> tuple[AnyExpr, ...]:
    found: list[AnyExpr] = []
    for node in nodes:
        if isinstance(node, ast.Attribute):  # `@app.task` calls what it reads: no plain attribute read
            found.append(Attr(scope.lower[node.value.__class__](scope, node.value), node.attr))
        else:
            found.append(call_or_value(scope, node, DECORATOR))
    return tuple(found)


def _params(scope: Scope, args: ast.arguments) -> tuple[Param, ...]:
    """Parameters in the order of the definitions they become; defaults belong to the last positional ones."""
    positional = [*args.posonlyargs, *args.args]
    params: list[Param] = []
    first_default = len(positional) - len(args.defaults)
    for position, arg in enumerate(positional):
        kind = "positional_only" if position < len(args.posonlyargs) else "normal"
        default = None if position < first_default else args.defaults[position - first_default]
        params.append(_param(scope, arg, kind, default))
    if args.vararg:
        params.append(_param(scope, args.vararg, "star", None))
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        params.append(_param(scope, arg, "keyword_only", default))
    if args.kwarg:
        params.append(_param(scope, args.kwarg, "double_star", None))
    return tuple(params)


def _param(scope: Scope, arg: ast.arg, kind: str, default: ast.expr | None) -> Param:
    value = None if default is None else scope.lower[default.__class__](scope, default)
    return Param(arg.arg, kind, annotation(scope, arg.annotation), value)


def _take_params(scope: Scope, params: tuple[Param, ...], line: int) -> None:
    for index, param in enumerate(params):
        scope.defs.append(Def(param.name, "param", OPAQUE, line))
        scope.env[param.name] = Local(param.name, (index,))


def _finish(scope: Scope, outline: Function) -> None:
    """Close a scope: its body encoded, the names in it listed."""
    scope.settle()
    body = Body(
        tuple(scope.defs),
        tuple(scope.calls),
        tuple(scope.loads),
        tuple(scope.attr_stores),
        tuple(scope.item_stores),
        tuple(scope.iterations),
        tuple(scope.withs),
        tuple(scope.dunders),
        tuple(scope.returns),
        tuple(scope.yields),
        tuple(scope.awaits),
        tuple(scope.blocks),
        tuple(scope.tests),
        tuple(scope.return_guards) if scope.tests else (),
    )
    declared = sorted(name for name, kind in scope.outer.items() if kind == "global")
    scope.unit.functions[scope.index] = Function(
        outline.name,
        outline.qualname,
        outline.kind,
        outline.line,
        outline.column,
        outline.end_line,
        outline.parent,
        outline.owner,
        outline.params,
        outline.decorators,
        outline.returns,
        scope.is_generator,
        scope.has_await,
        tuple(sorted(scope.called)),
        tuple(sorted({load.value.name for load in scope.loads})),
        tuple(sorted(scope.stored)),
        tuple(declared),
        Raw(ENCODER.encode(body)),
    )
