"""Simple statements."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Const, Imported, Items
from loopaudit.static.facts import DISCARDED, RETURNED
from loopaudit.static.lower.annotations import annotation
from loopaudit.static.lower.calls import call_or_value
from loopaudit.static.lower.conditions import refine, weigh
from loopaudit.static.lower.operators import DUNDERS, IN_PLACE, combine
from loopaudit.static.lower.records import note_iteration, use_dunder
from loopaudit.static.lower.targets import assign, store_attribute
from loopaudit.static.lower.type_parameters import type_parameters
from loopaudit.static.lower.unit import OPAQUE

if TYPE_CHECKING:
    from loopaudit.static.lower.newer.nodes import TypeAlias
    from loopaudit.static.lower.scope import Scope

UNPACKED = (ast.Tuple, ast.List)


def expression(scope: Scope, node: ast.Expr) -> None:
    value = node.value
    if value.__class__ is not ast.Constant:
        call_or_value(scope, value, DISCARDED)


def assignment(scope: Scope, node: ast.Assign) -> None:
    value = scope.lower[node.value.__class__](scope, node.value)
    for target in node.targets:
        if isinstance(target, UNPACKED) and value.__class__ is not Items and value.__class__ is not Const:
            note_iteration(scope, node.value, value, is_unpacking=True)
        assign(scope, target, value, "assign")


def annotated(scope: Scope, node: ast.AnnAssign) -> None:
    """A declaration counts for every later assignment of the name in this scope."""
    declared = annotation(scope, node.annotation)
    value: AnyExpr = OPAQUE
    if node.value is not None:
        value = scope.lower[node.value.__class__](scope, node.value)
    kind = "annotation" if node.value is None else "assign"
    target = node.target
    if isinstance(target, ast.Attribute):
        store_attribute(scope, target, value, kind, (), declared)
    elif isinstance(target, ast.Name):
        before = scope.env.get(target.id)
        scope.define(target.id, kind, value, target.lineno, (), declared)
        if declared is not None:
            scope.declared[target.id] = declared
        if kind == "annotation" and before is not None:
            scope.bind(target.id, before)


def augmented(scope: Scope, node: ast.AugAssign) -> None:
    """`x += y` reads x, and may run `__iadd__` (or else `__add__`) of what it holds."""
    target = node.target
    left = scope.lower[target.__class__](scope, target)
    right = scope.lower[node.value.__class__](scope, node.value)
    operator = node.op.__class__
    use_dunder(scope, node, IN_PLACE[operator], left, (right,))
    scope.quiet += 1
    value = combine(scope, target, DUNDERS[operator], left, right)
    assign(scope, target, value, "assign")
    scope.quiet -= 1


def return_(scope: Scope, node: ast.Return) -> None:
    if node.value is not None:
        scope.returns.append(call_or_value(scope, node.value, RETURNED))
        scope.return_guards.append(scope.guards)
    scope.dead = True


def raise_(scope: Scope, node: ast.Raise) -> None:
    for part in (node.exc, node.cause):
        if part is not None:
            scope.lower[part.__class__](scope, part)
    scope.dead = True


def assert_(scope: Scope, node: ast.Assert) -> None:
    _, when_true, when_false = weigh(scope, node.test)
    if node.msg is not None:
        scope.push()
        refine(scope, when_false, node.lineno)
        scope.lower[node.msg.__class__](scope, node.msg)
        scope.pop()
    refine(scope, when_true, node.lineno)


def delete(scope: Scope, node: ast.Delete) -> None:
    for target in node.targets:
        match target:
            case ast.Name(id=name):
                scope.define(name, "delete", OPAQUE, target.lineno)
            case ast.Attribute():
                store_attribute(scope, target, OPAQUE, "delete")
            case ast.Subscript(value=base, slice=key):
                receiver = scope.lower[base.__class__](scope, base)
                use_dunder(scope, target, "__delitem__", receiver, (scope.lower[key.__class__](scope, key),))
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                delete(scope, ast.Delete(targets=targets))


def pass_(_scope: Scope, _node: ast.Pass) -> None:
    """`pass`, and what does nothing else."""


def break_(scope: Scope, _node: ast.Break) -> None:
    if scope.loops:
        scope.escape(scope.loops[-1].breaks)


def continue_(scope: Scope, _node: ast.Continue) -> None:
    if scope.loops:
        scope.escape(scope.loops[-1].continues)


def global_(scope: Scope, node: ast.Global) -> None:
    if scope.kind != "module":
        scope.outer.update(dict.fromkeys(node.names, "global"))


def nonlocal_(scope: Scope, node: ast.Nonlocal) -> None:
    scope.outer.update(dict.fromkeys(node.names, "nonlocal"))


def import_(scope: Scope, node: ast.Import) -> None:
    for alias in node.names:
        module = alias.name if alias.asname else alias.name.partition(".")[0]
        note_import(scope, alias.name)
        scope.define(alias.asname or module, "import", Imported(module, "", 0), node.lineno)


def note_import(scope: Scope, name: str) -> None:
    """What comes from outside Python's own library says what kind of project this is. Of a library's names
    only those are kept that may be its asynchronous half."""
    if name.partition(".")[0] not in sys.stdlib_module_names:
        scope.unit.imports.add(name)


def import_from(scope: Scope, node: ast.ImportFrom) -> None:
    for alias in node.names:
        value = Imported(node.module or "", alias.name, node.level)
        if not node.level:
            note_import(scope, node.module or "")
            if "async" in alias.name.lower():
                note_import(scope, f"{node.module}.{alias.name}")
        scope.define(alias.asname or alias.name, "import", value, node.lineno)


def type_alias(scope: Scope, node: TypeAlias) -> None:
    """`type X = ...` (Python 3.12): an alias, as `X = ...` is."""
    with type_parameters(scope, node):
        value = annotation(scope, node.value) or OPAQUE
    scope.define(node.name.id, "assign", value, node.lineno)
