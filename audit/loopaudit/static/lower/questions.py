"""Questions: conditions that can be answered elsewhere, about parameters or about where the code runs."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from loopaudit.static.deciding import BUILTIN_TYPES, Test
from loopaudit.static.lower.subjects import (
    constants,
    dotted,
    first_argument,
    last_word,
    lasting,
    made_by,
    parameter_or,
    plain,
)

if TYPE_CHECKING:
    from loopaudit.static.deciding import Literal
    from loopaudit.static.lower.scope import Scope

Question = tuple[Test, bool]
"""A test, and whether the condition is the test (True) or its opposite."""

WINDOWS = Test("windows")
LOOP = Test("loop")
NEVER = Test("never")
_PLATFORMS = {"sys.platform": "win32", "os.name": "nt", "platform.system": "Windows"}
_ON_WINDOWS = re.compile(r"_?(is|on)_?(windows|win32)|_?((IS|ON)_)?(WINDOWS|WIN32)")
_GIVES_LOOP = frozenset(("get_running_loop", "_get_running_loop"))
_MAY_RUN = _GIVES_LOOP | {"get_event_loop"}
_IS_ASYNC_FUNCTION = re.compile(r"_?is_?(coroutine|async)_?(gen_?)?(function|callable|fn|func)")
_IS_ASYNC_NAME = re.compile(r"_?is_?(async|coroutine)")
_AMONG = (ast.In, ast.NotIn)
_MEANINGS: dict[type[ast.cmpop], bool] = {
    **dict.fromkeys((ast.Is, ast.Eq, ast.In), True),
    **dict.fromkeys((ast.IsNot, ast.NotEq, ast.NotIn), False),
}


def question(scope: Scope, node: ast.expr) -> Question | None:
    """What a condition asks, if it can be told."""
    match node:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return NEVER, True
        case ast.Constant(value=value):
            return NEVER, not value
        case ast.Name(id=name):
            return _about_name(scope, name)
        case ast.Attribute(attr=name):
            return _about_attribute(scope, node, name)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compared(scope, left, operator.__class__, right)
        case ast.Call(func=func, args=args):
            return _called(scope, func, args)
        case _:
            return None


def _about_name(scope: Scope, name: str) -> Question | None:
    asked = _of_parameter(scope, name, "true")
    if asked is not None:
        return asked, True
    if _ON_WINDOWS.fullmatch(name):
        return WINDOWS, True
    maker = made_by(scope, name)
    if maker in _GIVES_LOOP:
        return LOOP, True
    if maker and _IS_ASYNC_FUNCTION.fullmatch(maker):
        return Test("async", subject=first_argument(scope, name)), True
    held = lasting(scope, ast.Name(name))
    return None if held is None else (Test("filled", subject=held), True)


def _about_attribute(scope: Scope, node: ast.Attribute, name: str) -> Question | None:
    if _IS_ASYNC_NAME.fullmatch(name):
        return Test("async", subject=plain(scope, node)), True
    if _ON_WINDOWS.fullmatch(name):
        return WINDOWS, True
    held = lasting(scope, node)
    return None if held is None else (Test("filled", subject=held), True)


def _compared(scope: Scope, left: ast.expr, operator: type[ast.cmpop], right: ast.expr) -> Question | None:
    told, is_same = constants(right), _MEANINGS.get(operator)
    if is_same is None or told is None or isinstance(right, ast.Constant) == (operator in _AMONG):
        return None
    name = dotted(left.func if isinstance(left, ast.Call) else left)
    if name in _PLATFORMS:
        return (WINDOWS, is_same) if told == (_PLATFORMS[name],) else None
    if told == (None,):
        return _compared_with_none(scope, left, is_same)
    asked = _of_parameter(scope, left.id, "equal", told) if isinstance(left, ast.Name) else None
    return None if asked is None else (asked, is_same)


def _compared_with_none(scope: Scope, left: ast.expr, is_none: bool) -> Question | None:
    if isinstance(left, ast.Name):
        asked = _of_parameter(scope, left.id, "none")
        if asked is not None:
            return asked, is_none
        if made_by(scope, left.id) in _GIVES_LOOP:
            return LOOP, not is_none
    if isinstance(left, ast.Call):
        return (LOOP, not is_none) if last_word(left.func) in _GIVES_LOOP else None
    held = lasting(scope, left)
    return None if held is None else (Test("filled", subject=held), not is_none)


def _called(scope: Scope, func: ast.expr, args: list[ast.expr]) -> Question | None:
    word = last_word(func)
    match func, args:
        case ast.Name(id="isinstance"), [ast.Name(id=name), kinds]:
            return _is_a(scope, name, kinds)
        case ast.Attribute(value=base, attr="startswith" | "endswith"), [first, *_]:
            return _begins(scope, base, first, "starts" if word == "startswith" else "ends")
        case ast.Attribute(value=ast.Name(id=name), attr="is_running"), []:
            return (LOOP, True) if made_by(scope, name) in _MAY_RUN else None
    if _IS_ASYNC_FUNCTION.fullmatch(word) and args:
        return Test("async", subject=plain(scope, args[0])), True
    return (WINDOWS, True) if _ON_WINDOWS.fullmatch(word) else None


def _begins(scope: Scope, base: ast.expr, first: ast.expr, kind: str) -> Question | None:
    told = constants(first)
    if told is None:
        return None
    if dotted(base) == "sys.platform":
        return (WINDOWS, True) if told == ("win",) else None
    asked = _of_parameter(scope, base.id, kind, told) if isinstance(base, ast.Name) else None
    return None if asked is None else (asked, True)


def _is_a(scope: Scope, name: str, kinds: ast.expr) -> Question | None:
    parts = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
    names = tuple(part.id for part in parts if isinstance(part, ast.Name) and part.id in BUILTIN_TYPES)
    asked = _of_parameter(scope, name, "is_a", names) if len(names) == len(parts) else None
    return None if asked is None else (asked, True)


def _of_parameter(scope: Scope, name: str, kind: str, values: tuple[Literal, ...] = ()) -> Test | None:
    position, rebound = parameter_or(scope, name)
    return Test(kind, position, rebound, values) if position >= 0 else None


def asks_for_loop(body: list[ast.stmt]) -> bool:
    """Whether a `try` only asks which loop runs: its handler runs where none does."""
    calls = [node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return bool(calls) and all(last_word(call.func) in _GIVES_LOOP for call in calls)


def catches(handler: ast.ExceptHandler, name: str) -> bool:
    """Whether it is for this exception alone."""
    return isinstance(handler.type, ast.Name) and handler.type.id == name
