"""Who runs when a value is called: functions of the project, primitives, functions handed to a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.conditions import is_harmless
from loopaudit.static.expressions import Result
from loopaudit.static.link.calling import enter, merge_partial
from loopaudit.static.link.given import Argument, Given
from loopaudit.static.link.library import objects
from loopaudit.static.link.parameters import constructors
from loopaudit.static.link.protocols import candidates
from loopaudit.static.link.values import (
    CALLABLES,
    BoundExternal,
    ClassValue,
    Container,
    Decorated,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    Partial,
)
from loopaudit.static.link.values import (
    Iterator as IteratorValue,
)
from loopaudit.static.propagate.literals import arguments_of
from loopaudit.static.propagate.making import run_by_making

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Callback, Primitive, TypeExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


class Target(msgspec.Struct, frozen=True, gc=False):
    """One callee of a call. label: how the chain names it; the rest as in `steps.Step`."""

    label: str
    frame: Frame | None = None
    primitive: Primitive | None = None
    callback: Callback | None = None
    is_once: bool = False
    handed: Value | None = None
    argument_call: int = -1


def targets_of(
    link: Linker, value: Value, given: Given, caller: Frame, *, may_generate: bool = False
) -> Iterator[Target]:
    """The callees of `value(*given)`. A generator function runs only when iterated: `may_generate` says that
    it is."""
    match value:
        case FunctionValue():
            yield from _function(link, value, given, may_generate=may_generate)
        case ClassValue(index=index):
            label = link.index.class_(index).qualname
            for each in constructors(link, value):
                if isinstance(each, FunctionValue):
                    yield Target(label, enter(link, each, given))
            for each in run_by_making(link, index):
                yield from targets_of(link, each, Given(), caller)
        case Instance():
            for each in link.attribute(value, "__call__"):
                yield from targets_of(link, each, given, caller, may_generate=may_generate)
        case Partial(func=func):
            for each in func:
                yield from targets_of(link, each, merge_partial(value, given), caller)
        case Decorated():
            yield from _decorated(link, value, given, caller)
        case External(path=path):
            yield from _library(link, path, given, caller, None)
            for each in link.opened(path):
                if each != value:
                    yield from targets_of(link, each, given, caller, may_generate=may_generate)
        case BoundExternal(path=path, receiver=receiver):
            yield from _library(link, path, given, caller, receiver)
        case ExternalInstance(path=path):
            member = link.catalogue.member(path, "__call__")
            if member.is_known:
                yield from _library(link, member.path, given, caller, value)
            for each in objects(link, value):
                yield from targets_of(link, each, given, caller, may_generate=may_generate)
        case _:
            return


def _function(link: Linker, value: FunctionValue, given: Given, *, may_generate: bool) -> Iterator[Target]:
    function = link.index.function(value.function)
    if function.is_generator and not function.is_async and not may_generate:
        return
    yield Target(link.index.qualified_name(value.function), enter(link, value, given))


def _decorated(link: Linker, value: Decorated, given: Given, caller: Frame) -> Iterator[Target]:
    callbacks = link.catalogue.callbacks(value.by)
    outside = next((row for row in callbacks if row.runs not in {"inline", "loop", "main"}), None)
    is_once = any(row.once_only for row in callbacks)
    for each in value.original:
        for target in targets_of(link, each, given, caller, may_generate=True):
            if target.frame is None or outside is None:
                yield Target(target.label, target.frame, target.primitive, target.callback, is_once)
            else:
                yield Target(target.label, target.frame, callback=outside, handed=each)


def _library(
    link: Linker, path: str, given: Given, caller: Frame, receiver: Value | None
) -> Iterator[Target]:
    primitive = primitive_of(link, path, receiver)
    if primitive is not None and not (
        primitive.unless and is_harmless(primitive.unless, arguments_of(link, given, receiver))
    ):
        yield Target(primitive.name, primitive=primitive)
    for row in link.catalogue.callbacks(path):
        if row.method:
            yield from _of_protocol(link, row, given, caller)
        else:
            yield from _handed_over(link, path, row, given, caller)
    returns = link.catalogue.returns(path)
    if returns is not None:
        for value in _entered(link, returns, given):
            for name in ("__enter__", "__exit__"):
                for each in link.attribute(value, name):
                    yield from targets_of(link, each, Given(), caller)
        for position in consumed(returns):
            argument = given.at(position)
            for value in argument.values(link) if argument is not None else ():
                yield from _iterated(link, value, caller)


def _of_protocol(link: Linker, row: Callback, given: Given, caller: Frame) -> Iterator[Target]:
    """The method that a builtin calls on an object of the project, or the one that answers in its place."""
    argument = given.find(row.argument)
    if argument is None or (row.method.startswith("__") and row.method not in link.hierarchy.busy_dunders):
        return
    for value in argument.values(link):
        if isinstance(value, Instance):
            names = candidates(row.method)
            found = next((found for name in names if (found := link.attribute(value, name))), ())
            for each in found:
                yield from targets_of(link, each, Given(), caller)


def _iterated(link: Linker, value: Value, caller: Frame) -> Iterator[Target]:
    """What runs where a call goes through its argument: a generator's body, or the protocol of iteration."""
    match value:
        case IteratorValue(origin=origin, is_async=False) if origin is not None:
            yield Target(link.index.qualified_name(origin.function), origin)
        case Instance() | ExternalInstance():
            names = [name for name in ("__iter__", "__next__") if name in link.hierarchy.busy_dunders]
            for each in (each for name in names for each in link.attribute(value, name)):
                yield from targets_of(link, each, Given(), caller, may_generate=True)


def _entered(link: Linker, returns: TypeExpr, given: Given) -> Iterator[Value]:
    """The context managers that a call enters (`stack.enter_context(manager)`: `entered[$0]`)."""
    if returns.head == "entered" and returns.args[0].head.startswith("$"):
        argument = given.find(returns.args[0].head[1:])
        yield from argument.values(link) if argument is not None else ()


def primitive_of(link: Linker, path: str, receiver: Value | None) -> Primitive | None:
    """The row of a path, or the default row of the type it is a member of: its instance's or, of a class
    that the project derives from a library's, its own (`Customer.get(key)`)."""
    found = link.catalogue.primitive(path)
    return found if found is not None or receiver is None else link.catalogue.at(path).primitive


def _handed_over(link: Linker, path: str, row: Callback, given: Given, caller: Frame) -> Iterator[Target]:
    argument = given.find(row.argument)
    if argument is None:
        return
    rest = _rest(link, row, given)
    for value in _callables(argument, link):
        yielded = False
        for target in targets_of(link, value, rest, caller, may_generate=row.runs == "inline"):
            if target.callback is None:
                yielded = True
                primitive = target.primitive if row.runs in {"inline", "greenlet"} else None
                yield Target(target.label, target.frame, primitive, row, handed=value)
        if not yielded and row.runs not in {"inline", "greenlet"}:
            yield Target(path, callback=row, handed=value)
    if row.runs in {"thread", "process"} and isinstance(argument.expr, Result) and _is_data(link, argument):
        yield Target(path, callback=row, argument_call=argument.expr.call)


def _is_data(link: Linker, argument: Argument) -> bool:
    """Whether what was handed over is no function, as in `to_thread(f())`."""
    callables = (*CALLABLES, BoundExternal, External, Instance)
    return not any(isinstance(value, callables) for value in argument.values(link))


def _callables(argument: Argument, link: Linker) -> Iterator[Value]:
    for value in argument.values(link):
        if isinstance(value, Container):
            yield from (each for each in value.element if isinstance(each, CALLABLES))
        else:
            yield value


def _rest(link: Linker, row: Callback, given: Given) -> Given:
    """The arguments that the library passes on to the function."""
    if row.passes == "rest" and row.argument.isdigit():
        return given.after(int(row.argument))
    if row.passes == "args":
        packed = given.keyword("args")
        values = packed.values(link) if packed is not None else ()
        items = next((value.items for value in values if isinstance(value, Container)), ())
        return Given(tuple(Argument(item) for item in items))
    if row.passes == "elements" and row.argument.isdigit():
        following = given.at(int(row.argument) + 1)
        return Given((Argument(link.element(following.values(link))),) if following is not None else ())
    return Given()


def consumed(returns: TypeExpr) -> tuple[int, ...]:
    """The positions of arguments that a call iterates, told by what it gives (`list[element[$0]]`)."""
    if returns.head == "element" and returns.args and returns.args[0].head[1:].isdigit():
        return (int(returns.args[0].head[1:]),)
    return tuple(position for arg in returns.args for position in consumed(arg))
