"""The constants of a call, as the catalogue's conditions want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import Argument, Arguments
from loopaudit.static.expressions import Attr, Const, Local, Name, Opaque, Operation, Result
from loopaudit.static.link.given import Given
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import (
    BoundExternal,
    Constant,
    External,
    ExternalInstance,
    split_site,
)

if TYPE_CHECKING:
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call
    from loopaudit.static.link import given as link_given
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values

UNKNOWN = Argument()


def arguments_of(link: Linker, given: Given, receiver: Value | None = None) -> Arguments:
    """What is known about the arguments of a call, and of the call that made its receiver."""
    made_by = None
    if isinstance(receiver, ExternalInstance) and receiver.site >= 0:
        made_by = arguments_of_maker(link, receiver)
    positional: list[Argument] = []
    is_open = any(name == "" for name, _ in given.keywords)
    for argument in given.args:
        if argument.is_starred:
            is_open = True
            break
        positional.append(_argument(link, argument))
    keywords = {name: _argument(link, value) for name, value in given.keywords if name}
    is_first = made_by is not None and _is_first_use(link, given, receiver)
    return Arguments(tuple(positional), keywords, is_open, made_by, is_first)


def _is_first_use(link: Linker, given: Given, receiver: Value | None) -> bool:
    """Whether no call of that name on anything stands between the call that made the receiver and this one,
    in one function: `lock = Lock(); lock.acquire()`."""
    if not isinstance(receiver, ExternalInstance) or given.site < 0:
        return False
    function, here = split_site(given.site)
    maker, there = split_site(receiver.site)
    if function != maker:
        return False
    calls = link.index.body(function).calls
    word = terminal_name(calls[here].func)
    return there < here and not any(terminal_name(call.func) == word for call in calls[there + 1 : here])


def arguments_of_maker(link: Linker, value: ExternalInstance) -> Arguments:
    """The arguments of the call that made a library's object."""
    if value.site < 0:
        return Arguments()
    function, position = split_site(value.site)
    call, frame = link.index.body(function).calls[position], link.frames.general(function)
    return arguments_of(link, Given.of(call, frame, value.site), _maker(link, call, frame, value.site))


def _maker(link: Linker, call: Call, frame: Frame, site: int) -> ExternalInstance | None:
    """The library's object whose method made something: the connection of a cursor, made before it."""
    values = link.evaluate(call.func.base, frame) if isinstance(call.func, Attr) else ()
    one = values[0] if len(values) == 1 else None
    return one if isinstance(one, ExternalInstance) and 0 <= one.site < site else None


def _argument(link: Linker, argument: link_given.Argument) -> Argument:
    expr, frame = argument.expr, argument.frame
    if isinstance(expr, Opaque) and expr.length >= 0:
        return Argument(length=expr.length)
    if isinstance(expr, Local) and frame is not None and len(expr.defs) == 1:
        bound = link.index.body(frame.function).defs[expr.defs[0]]
        if bound.kind == "assign" and not bound.path and isinstance(bound.value, Result):
            expr = bound.value
    if isinstance(expr, Operation) and expr.method == "__add__" and isinstance(expr.right, Const):
        return Argument(is_line=isinstance(expr.right.value, str))
    if isinstance(expr, Result) and frame is not None:
        made_by = _made_by(link, expr, frame)
        if made_by:
            return Argument(made_by=made_by, type_path=_type_path(argument.values(link)))
    if isinstance(expr, Attr | Name | Local | Operation) and frame is not None:
        names = [path for part in _operands(expr) for path in _paths(link.evaluate(part, frame))]
        if names:
            return Argument(constant_path="|".join(names))
    values = argument.values(link)
    if len(values) != 1:
        return UNKNOWN
    match values[0]:
        case Constant(value=value):
            return Argument(value, is_known=True)
        case ExternalInstance():
            return Argument(type_path=_type_path(values))
        case _:
            return UNKNOWN


def _made_by(link: Linker, expr: Result, frame: Frame) -> str:
    """The call an argument is the result of, behind those that leave it what it is."""
    call = link.index.body(frame.function).calls[expr.call]
    func = call.func
    if isinstance(func, Attr) and func.name in _SHORTENING and isinstance(func.base, Result):
        return _made_by(link, func.base, frame)
    paths = _paths(link.evaluate(func, frame))
    if not paths:
        return f"*.{func.name}" if isinstance(func, Attr) else ""
    is_encoding = paths[0] in {"bytes", "bytearray"} and (len(call.args) > 1 or bool(call.keywords))
    return "str.encode" if is_encoding else paths[0]


_SHORTENING = frozenset(("lower", "upper", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix"))
"""Methods of bytes and text that give as much, or less, of the same."""


def _operands(expr: AnyExpr) -> list[AnyExpr]:
    """`a | b | c` taken apart."""
    if isinstance(expr, Operation) and expr.method == "__or__":
        return [*_operands(expr.left), *_operands(expr.right)]
    return [expr]


def _paths(values: Values) -> list[str]:
    return [value.path for value in values if isinstance(value, External | BoundExternal)]


def _type_path(values: Values) -> str:
    return next((value.path for value in values if isinstance(value, ExternalInstance)), "")
