"""Compound statements: what reaches which branch, and what goes on behind it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.expressions import Local
from loopaudit.static.facts import ASYNC_WITH_ITEM, IN_LOOP, WITH_ITEM, With
from loopaudit.static.lower.bound import names_of_loop
from loopaudit.static.lower.calls import call_or_value
from loopaudit.static.lower.conditions import Told, refine, weigh
from loopaudit.static.lower.guards import guard, guards_of, leaves
from loopaudit.static.lower.records import iterate, note_await
from loopaudit.static.lower.targets import assign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loopaudit.static.lower.flow import Changes, Loop
    from loopaudit.static.lower.scope import Scope

Refined = list[tuple[str, Local, Local]]


def block(scope: Scope, statements: Iterable[ast.stmt]) -> None:
    """Run statements in order. One behind a `return` is taken for reachable: a `with` may have swallowed
    an exception, and whoever wrote it believed that it runs."""
    run = scope.run
    for statement in statements:
        scope.dead = False
        if scope.kept:
            scope.kept.clear()
        run[statement.__class__](scope, statement)


def if_(scope: Scope, node: ast.If) -> None:
    """`elif` chains are walked, not nested: generated code has hundreds."""
    open_branches: list[tuple[Changes | None, Refined, Refined]] = []
    kind = "branch"
    after, all_left = scope.guards, True
    while True:
        if_true, if_false = guards_of(scope, node.test)
        _, when_true, when_false = weigh(scope, node.test)
        scope.push()
        told = refine(scope, when_true, node.lineno)
        before = scope.guards
        guard(scope, if_true)
        _branch(scope, node.body, kind)
        kind = "otherwise"
        scope.guards = before
        guard(scope, if_false)
        all_left = all_left and leaves(node.body)
        after = scope.guards if all_left else after
        body = scope.leave()
        scope.push()
        open_branches.append((body, told, refine(scope, when_false, node.lineno)))
        match node.orelse:
            case [ast.If() as node]:
                continue
        _branch(scope, node.orelse, kind)
        break
    scope.guards = after
    for body, told, told_else in reversed(open_branches):
        orelse = scope.leave()
        if body is not None and orelse is not None:
            _forget(told, told_else, body, orelse)
        scope.merge((body, orelse))


def _branch(scope: Scope, statements: list[ast.stmt], kind: str) -> None:
    """Statements that run only sometimes."""
    if statements:
        outside = scope.open_block(kind)
        block(scope, statements)
        scope.block = outside


def _forget(told: Refined, told_else: Refined, body: Changes, orelse: Changes) -> None:
    """Where both branches go on, what the condition said about a name no longer holds."""
    sides: dict[str, list[Local]] = {}
    for side, refined in ((1, told), (2, told_else)):
        for name, before, now in refined:
            sides.setdefault(name, [before, before, before])[side] = now
    for name, (before, mine, theirs) in sides.items():
        if body.get(name, before) is mine and orelse.get(name, before) is theirs:
            body.pop(name, None)
            orelse.pop(name, None)


def for_(scope: Scope, node: ast.For) -> None:
    _for(scope, node, is_async=False)


def async_for(scope: Scope, node: ast.AsyncFor) -> None:
    _for(scope, node, is_async=True)


def _for(scope: Scope, node: ast.For | ast.AsyncFor, *, is_async: bool) -> None:
    value = iterate(scope, node.iter, is_async)
    loop = scope.enter_loop(names_of_loop(scope, node))
    scope.push()
    outside = scope.open_block("loop")
    assign(scope, node.target, value, "aiterate" if is_async else "iterate")
    _round(scope, loop, node.body)
    scope.block = outside
    scope.push()
    _after_loop(scope, loop, node.orelse, ())


def while_(scope: Scope, node: ast.While) -> None:
    loop = scope.enter_loop(names_of_loop(scope, node))
    outside, scope.loop = scope.loop, IN_LOOP
    if_true, _ = guards_of(scope, node.test)
    _, when_true, when_false = weigh(scope, node.test)
    scope.loop = outside
    scope.push()
    around = scope.open_block("loop")
    refine(scope, when_true, node.lineno)
    before = scope.guards
    guard(scope, if_true)
    _round(scope, loop, node.body)
    scope.block = around
    scope.guards = before
    scope.push()
    scope.dead = isinstance(node.test, ast.Constant) and bool(node.test.value)
    _after_loop(scope, loop, node.orelse, when_false)


def _round(scope: Scope, loop: Loop, body: list[ast.stmt]) -> None:
    outside, scope.loop = scope.loop, IN_LOOP
    block(scope, body)
    scope.loop = outside
    scope.close_loop(loop, scope.leave())


def _after_loop(scope: Scope, loop: Loop, orelse: list[ast.stmt], told: tuple[Told, ...]) -> None:
    """Behind the loop: its head (and `else`) when it ran out, or any `break`."""
    never_ends = scope.dead
    refine(scope, told, 0)
    block(scope, orelse)
    scope.dead = scope.dead or never_ends
    scope.merge((scope.leave(), *loop.breaks))


def with_(scope: Scope, node: ast.With) -> None:
    _with(scope, node, is_async=False)


def async_with(scope: Scope, node: ast.AsyncWith) -> None:
    _with(scope, node, is_async=True)


def _with(scope: Scope, node: ast.With | ast.AsyncWith, *, is_async: bool) -> None:
    outside = scope.under
    opened: list[int] = []
    for item in node.items:
        expression = item.context_expr
        value = call_or_value(scope, expression, ASYNC_WITH_ITEM if is_async else WITH_ITEM)
        if is_async:
            note_await(scope)
        line = expression.lineno
        opened.append(len(scope.withs))
        column = scope.unit.column(line, expression.col_offset)
        scope.withs.append(With(value, is_async, False, line, column, scope.guards))
        scope.under = (*scope.under, opened[-1])
        if item.optional_vars is not None:
            assign(scope, item.optional_vars, value, "aenter" if is_async else "enter")
    block(scope, node.body)
    scope.under = outside
    for index in opened:
        if index in scope.waiting:
            known = scope.withs[index]
            scope.withs[index] = msgspec.structs.replace(known, awaits=True)
