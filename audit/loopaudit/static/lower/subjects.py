"""What a condition speaks about: a parameter, what outlives the call, the result of a call, a constant."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from loopaudit.static.expressions import AnyExpr, Attr, Const, Local, Result
from loopaudit.static.facts import Def

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.deciding import Literal
    from loopaudit.static.lower.scope import Scope

UNCHANGED = frozenset(("narrow", "exclude"))
"""Kinds of definitions that say more about a value and leave it what it is."""
MOST_BINDINGS = 8


def parameter(scope: Scope, name: str) -> int:
    """The parameter a name still is, or -1 once it was bound anew."""
    position, rebound = parameter_or(scope, name)
    return -1 if rebound else position


def parameter_or(scope: Scope, name: str) -> tuple[int, tuple[int, ...]]:
    """The parameter a name may still be, or -1, and the assignments behind guards that may have changed it:
    in a call that does not take those branches it is the parameter."""
    local = scope.env.get(name)
    found: set[int] = set()
    rebound: list[int] = []
    pending = [] if local is None else list(local.defs)
    for at in pending:
        if not 0 <= at < len(scope.defs) or len(pending) > MOST_BINDINGS:
            return -1, ()  # inside a loop a name may lead to a definition yet to come
        definition = scope.defs[at]
        if definition.kind == "param":
            found.add(at)
        elif definition.kind in UNCHANGED and isinstance(definition.value, Local):
            pending.extend(each for each in definition.value.defs if each not in pending)
        elif definition.kind == "assign" and definition.guards:
            rebound.append(at)
        else:
            return -1, ()
    return (found.pop(), tuple(sorted(rebound))) if len(found) == 1 else (-1, ())


def plain(scope: Scope, node: ast.expr) -> AnyExpr | None:
    """A dotted name as an expression; None for anything else."""
    match node:
        case ast.Name(id=name):
            return scope.name(name)
        case ast.Attribute(value=base, attr=name):
            inner = plain(scope, base)
            return None if inner is None else Attr(inner, name)
        case _:
            return None


def lasting(scope: Scope, node: ast.expr) -> AnyExpr | None:
    """What outlives this call: an attribute of `self` or `cls`, a name of the module, or a local that holds
    one of them."""
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return plain(scope, node)
        case ast.Name(id=name):
            local = scope.env.get(name)
            if local is None:
                return None if scope.kind in {"module", "class"} else scope.name(name)
            value = scope.defs[local.defs[0]].value if _is_one(scope, local) else None
            is_held = isinstance(value, Attr) and getattr(value.base, "name", "") in {"self", "cls"}
            return value if is_held else None
        case _:
            return None


def _is_one(scope: Scope, local: Local) -> bool:
    return len(local.defs) == 1 and 0 <= local.defs[0] < len(scope.defs)


def made_by(scope: Scope, name: str) -> str:
    """The last word of the call whose result a name holds, where it holds nothing else but None."""
    found = _maker(scope, name)
    func = scope.calls[found].func if found >= 0 else None
    return str(getattr(func, "name", ""))


def _maker(scope: Scope, name: str) -> int:
    local = scope.env.get(name)
    found = {-1} if local is None else set(_makers(scope, local))
    return found.pop() if len(found) == 1 else -1


def _makers(scope: Scope, local: Local) -> Iterator[int]:
    """The calls whose results a local may hold; -1 for anything else but None."""
    for position in local.defs:
        made = scope.defs[position] if 0 <= position < len(scope.defs) else None
        match made:
            case Def(kind="narrow" | "exclude", value=Local() as before):
                yield from _makers(scope, before)
            case Def(kind="assign", value=Result(call=call), path=()):
                yield call
            case Def(kind="assign", value=Const(value=None)):
                continue
            case _:
                yield -1


def first_argument(scope: Scope, name: str) -> AnyExpr | None:
    args = scope.calls[_maker(scope, name)].args
    return args[0] if args else None


def constants(node: ast.expr) -> tuple[Literal, ...] | None:
    match node:
        case ast.Constant(value=str() | int() | float() | None as value):
            return (value,)
        case ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.List(elts=parts) if parts:
            values = [constants(part) for part in parts]
            return tuple(value[0] for value in values if value) if all(values) else None
        case _:
            return None


def dotted(node: ast.expr) -> str:
    match node:
        case ast.Attribute(value=ast.Name(id=base), attr=name):
            return f"{base}.{name}"
        case _:
            return ""


def last_word(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
