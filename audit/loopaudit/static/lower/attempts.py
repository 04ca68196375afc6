"""`try`: an exception may leave its body anywhere, so the handlers see every state on the way."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Local
from loopaudit.static.lower.blocks import block
from loopaudit.static.lower.flow import MOST_REACHING, Changes
from loopaudit.static.lower.guards import guard
from loopaudit.static.lower.questions import LOOP, asks_for_loop, catches

if TYPE_CHECKING:
    from loopaudit.static.lower.scope import Scope

Before = dict[str, Local | None]


def try_(scope: Scope, node: ast.Try) -> None:
    first_def = len(scope.defs)
    touched: set[str] = set()
    scope.push()
    outside = scope.open_block("try", _caught(node))
    block(scope, node.body)
    scope.block = outside
    may_raise = _midway(scope, first_def, scope.trail)
    jumped = scope.dead
    block(scope, node.orelse)
    scope.dead = scope.dead or jumped
    touched.update(scope.trail)
    ends = [scope.leave()]
    for handler in node.handlers:
        scope.push()
        for name, local in may_raise.items():
            scope.bind(name, local)
        outside = scope.open_block("otherwise")
        _handle(scope, handler, asks_for_loop(node.body) and catches(handler, "RuntimeError"))
        scope.block = outside
        touched.update(scope.trail)
        ends.append(scope.leave())
    scope.push()
    scope.merge(ends)
    if node.finalbody:
        _finally(scope, node.finalbody, _midway(scope, first_def, {n: scope.env.get(n) for n in touched}))
    scope.merge((scope.leave(),))


def _caught(node: ast.Try) -> tuple[str, ...]:
    """The last words of the exceptions that are handled."""
    words: list[str] = []
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        for kind in kinds:
            match kind:
                case ast.Name(id=word) | ast.Attribute(attr=word):
                    words.append(word)
                case _:
                    words.append("*")
    return tuple(words)


def _handle(scope: Scope, node: ast.ExceptHandler, is_loopless: bool) -> None:
    before = scope.guards
    if is_loopless:
        guard(scope, ((scope.tests.setdefault(LOOP, len(scope.tests)), False),))
    _run_handler(scope, node)
    scope.guards = before


def _run_handler(scope: Scope, node: ast.ExceptHandler) -> None:
    if node.type is None:
        block(scope, node.body)
        return
    caught = scope.lower[node.type.__class__](scope, node.type)
    if node.name:
        scope.define(node.name, "except", caught, node.lineno)
    block(scope, node.body)
    if node.name:
        scope.unbind(node.name)


def _midway(scope: Scope, first_def: int, before: Before) -> Changes:
    """The state in which an exception may leave a block: as before it, or behind any definition in it."""
    reaching: dict[str, list[int]] = {}
    for index in range(first_def, len(scope.defs)):
        found = scope.defs[index]
        if found.name in before and found.scope == "local" and found.kind not in {"narrow", "exclude"}:
            reaching.setdefault(found.name, []).append(index)
    state: Changes = {}
    for name, indexes in reaching.items():
        joined = scope.join((before[name], Local(name, tuple(indexes[:MOST_REACHING]))))
        if joined is not None:
            state[name] = joined
    return state


def _finally(scope: Scope, body: list[ast.stmt], midway: Changes) -> None:
    """`finally` sees every state the other blocks may be left in; behind it only their ends go on."""
    jumped = scope.dead
    scope.push()
    for name, local in midway.items():
        scope.bind(name, local)
    block(scope, body)
    jumped = jumped or scope.dead
    for name, local in scope.pop().items():
        if midway.get(name) is not local:
            scope.bind(name, local)
    scope.dead = jumped
