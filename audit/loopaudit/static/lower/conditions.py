"""Conditions: what a test that came out true, or false, says about the names in it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from loopaudit.static.expressions import AnyExpr, Attr, Choice, Const, Local
from loopaudit.static.facts import Def
from loopaudit.static.lower.guards import guard, guards_of
from loopaudit.static.lower.records import use_dunder
from loopaudit.static.lower.unit import DEEPEST, OPAQUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.static.lower.scope import Scope


def either(options: list[AnyExpr]) -> AnyExpr:
    """One of these values; comparisons among them say nothing."""
    told = [option for option in options if option is not OPAQUE]
    if not told:
        return OPAQUE
    return Choice(tuple(options)) if len(options) > 1 else told[0]


def keep_walrus(scope: Scope) -> None:
    """Names bound by `:=` in a part of an expression are bound after it, perhaps."""
    if scope.kept:
        for name_, local in scope.kept.items():
            before = scope.env.get(name_)
            joined = local if before is local else scope.join((before, local))
            if joined is not None and joined is not before:
                scope.bind(name_, joined)
                scope.kept[name_] = joined


def conditional(scope: Scope, node: ast.IfExp) -> AnyExpr:
    scope.depth += 1
    if scope.depth > DEEPEST:
        scope.depth -= 1
        return OPAQUE
    before = scope.guards
    if_true, if_false = guards_of(scope, node.test)
    _, when_true, when_false = weigh(scope, node.test)
    scope.push()
    guard(scope, if_true)
    refine(scope, when_true, node.lineno)
    body = scope.lower[node.body.__class__](scope, node.body)
    scope.pop()
    scope.push()
    scope.guards = before
    guard(scope, if_false)
    refine(scope, when_false, node.lineno)
    orelse = scope.lower[node.orelse.__class__](scope, node.orelse)
    scope.pop()
    scope.guards = before
    keep_walrus(scope)
    scope.depth -= 1
    return either([body, orelse])


def boolean(scope: Scope, node: ast.BoolOp) -> AnyExpr:
    return weigh(scope, node)[0]


def walrus(scope: Scope, node: ast.NamedExpr) -> AnyExpr:
    value = scope.lower[node.value.__class__](scope, node.value)
    target = node.target.id
    scope.define(target, "assign", value, node.lineno)
    local = scope.env.get(target)
    if local is None:
        return scope.name(target)
    scope.kept[target] = local
    return local


Told = tuple[str, str, AnyExpr | None]
"""A name, `narrow` or `exclude`, and the class (none: it is not None)."""
Weighed = tuple[AnyExpr, tuple[Told, ...], tuple[Told, ...]]
NONE = Const(None)
ASKED = frozenset((ast.Name, ast.Attribute))
"""Conditions that ask an object whether it is true; the others are true or false, or were just made."""


def weigh(scope: Scope, node: ast.expr) -> Weighed:
    """Lower a condition: its value, what holds when it is true, what holds when it is false."""
    handler = CONDITIONS.get(node.__class__)
    weighed: Weighed = (
        (scope.lower[node.__class__](scope, node), (), ()) if handler is None else handler(scope, node)
    )
    if node.__class__ in ASKED:
        use_dunder(scope, node, "__bool__", weighed[0], ())
    return weighed


def refine(scope: Scope, told: tuple[Told, ...], line: int) -> list[tuple[str, Local, Local]]:
    """From here on these names read as what the condition said; returns (name, before, now) of each."""
    done: list[tuple[str, Local, Local]] = []
    for name, kind, annotation in told:
        before = scope.env.get(name)
        if before is None and "." not in name:
            continue
        value = before if before is not None else _read_path(scope, name)
        now = Local(name, (len(scope.defs),))
        scope.defs.append(Def(name, kind, value, line, (), annotation))
        scope.bind(name, now)
        if before is not None:
            done.append((name, before, now))
    return done


def _read_path(scope: Scope, path: str) -> AnyExpr:
    """The attribute that a narrowed path (`self.client`) reads."""
    base, _, name = path.partition(".")
    scope.paths = True
    return Attr(scope.name(base), name)


def _subject(node: ast.expr) -> str:
    """The name a condition speaks about, or the attribute of a name, if it does."""
    match node:
        case ast.Name(id=name) | ast.NamedExpr(target=ast.Name(id=name)):
            return name
        case ast.Attribute(value=ast.Name(id=base), attr=attr):
            return f"{base}.{attr}"
    return ""


def _weigh_name(scope: Scope, node: ast.Name) -> Weighed:
    return scope.name(node.id), ((node.id, "narrow", None),), ()


def _weigh_walrus(scope: Scope, node: ast.NamedExpr) -> Weighed:
    return walrus(scope, node), ((node.target.id, "narrow", None),), ()


def _weigh_compare(scope: Scope, node: ast.Compare) -> Weighed:
    scope.lower[ast.Compare](scope, node)
    name = _subject(node.left) if not isinstance(node.left, ast.Attribute) else ""
    match node.ops, node.comparators:
        case [ast.Is() | ast.Eq()], [ast.Constant(value=None)] if name:
            return OPAQUE, ((name, "narrow", NONE),), ((name, "narrow", None),)
        case [ast.IsNot() | ast.NotEq()], [ast.Constant(value=None)] if name:
            return OPAQUE, ((name, "narrow", None),), ((name, "narrow", NONE),)
    return OPAQUE, (), ()


def _weigh_call(scope: Scope, node: ast.Call) -> Weighed:
    value = scope.lower[ast.Call](scope, node)
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, _]) if name := _subject(subject):
            kind = scope.calls[-1].args[1]
            return value, ((name, "narrow", kind),), ((name, "exclude", kind),)
    return value, (), ()


def _weigh_unary(scope: Scope, node: ast.UnaryOp) -> Weighed:
    if node.op.__class__ is not ast.Not:
        return scope.lower[ast.UnaryOp](scope, node), (), ()
    _, when_true, when_false = weigh(scope, node.operand)
    return OPAQUE, when_false, when_true


def _weigh_boolean(scope: Scope, node: ast.BoolOp) -> Weighed:
    """`and`: every operand is reached with the ones before it true, `or`: with them false."""
    is_and = node.op.__class__ is ast.And
    scope.depth += 1
    if scope.depth > DEEPEST:
        scope.depth -= 1
        return OPAQUE, (), ()
    values: list[AnyExpr] = []
    told: list[Told] = []
    before = scope.guards
    scope.push()
    for operand in node.values:
        if_true, if_false = guards_of(scope, operand)
        value, when_true, when_false = weigh(scope, operand)
        values.append(value)
        now = when_true if is_and else when_false
        if operand is not node.values[-1]:
            refine(scope, now, operand.lineno)
            guard(scope, if_true if is_and else if_false)
        told.extend(now)
    scope.guards = before
    scope.pop()
    keep_walrus(scope)
    scope.depth -= 1
    held = tuple(told)
    return either(values), held if is_and else (), () if is_and else held


CONDITIONS: dict[type[ast.expr], Callable[[Scope, ast.expr], Weighed]] = cast(
    "dict[type[ast.expr], Callable[[Scope, ast.expr], Weighed]]",
    {
        ast.Name: _weigh_name,
        ast.NamedExpr: _weigh_walrus,
        ast.Compare: _weigh_compare,
        ast.Call: _weigh_call,
        ast.UnaryOp: _weigh_unary,
        ast.BoolOp: _weigh_boolean,
    },
)
