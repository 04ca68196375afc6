"""What a call gives: constructors, functions of the project in the caller's frame, and the library's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Const, Opaque
from loopaudit.static.link.container_methods import result_of_method
from loopaudit.static.link.decisions import is_ruled_out
from loopaudit.static.link.evaluate import awaited
from loopaudit.static.link.frames import has_callable, is_worth_binding, trim
from loopaudit.static.link.given import Argument, Given, bind
from loopaudit.static.link.held import under_key
from loopaudit.static.link.language import CALLS
from loopaudit.static.link.library import objects
from loopaudit.static.link.values import (
    Awaitable,
    BoundExternal,
    ClassValue,
    Constant,
    ContainerMethod,
    Decorated,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    Iterator,
    Partial,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Function, Param
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


def result_of_call(link: Linker, frame: Frame, position: int) -> Values:
    """What the `position`-th call of the frame's function gives."""
    func = link.index.body(frame.function).calls[position].func
    values = link.evaluate(func, frame)
    if not values:
        return _got(link, func, link.given(frame, position), frame)
    given = link.given(frame, position)
    if len(values) == 1:
        return apply(link, values[0], given, frame)
    return union([apply(link, value, given, frame) for value in values])


def _got(link: Linker, func: AnyExpr, given: Given, frame: Frame) -> Values:
    """`app.get("db")` of something nobody knows: what other code stored under the key."""
    key = given.at(0)
    if isinstance(func, Attr) and func.name == "get" and key is not None and key.expr is not None:
        return under_key(link, func.base, key.expr, frame)
    return ()


def apply(link: Linker, value: Value, given: Given, caller: Frame | None) -> Values:
    """What `value(*given)` gives."""
    match value:
        case FunctionValue():
            return result_of(link, enter(link, value, given))
        case ClassValue(index=index, is_open=is_open):
            return (_constructed(link, index, is_open, given),)
        case Instance():
            return union(apply(link, each, given, caller) for each in link.attribute(value, "__call__"))
        case External(path=path) if path in CALLS:
            return CALLS[path](link, given, caller)
        case External(path=path):
            return _library(link, path, given)
        case BoundExternal(path=path, receiver=receiver):
            returns = link.catalogue.returns(path) or link.catalogue.at(path).returns
            return link.shape(returns, given, receiver) if returns is not None else ()
        case ExternalInstance(path=path):
            return _called_instance(link, value, path, given)
        case Decorated(original=original, result=result):
            if result is None:
                return union(apply(link, each, given, caller) for each in original)
            return link.shape(result, Given((Argument(original),), site=given.site), None, given)
        case Partial(func=func):
            merged = merge_partial(value, given)
            return union(apply(link, each, merged, caller) for each in func)
        case ContainerMethod():
            return result_of_method(link, value, given)
        case _:
            return ()


def _constructed(link: Linker, cls: int, is_open: bool, given: Given) -> Instance:
    """A new object; one that stands for what it is given remembers that."""
    made = Instance(cls, exact=not is_open)
    if cls not in link.hierarchy.standing_in or not (given.args or given.keywords):
        return made
    for constructor in link.attribute(made, "__init__"):
        if isinstance(constructor, FunctionValue):
            frame = enter(link, constructor, given)
            receiver = link.index.function(constructor.function).params[:1]
            if frame.bound.keys() - {param.name for param in receiver}:
                return Instance(cls, exact=not is_open, made=frame)
    return made


def merge_partial(value: Partial, given: Given) -> Given:
    """The arguments of a partial followed by those of the call."""
    args = tuple(Argument(each) for each in value.args)
    keywords = tuple((name, Argument(each)) for name, each in value.keywords)
    return Given(args + given.args, given.keywords + keywords, given.site)


def enter(link: Linker, value: FunctionValue, given: Given) -> Frame:
    """The frame a function runs in when called so: what it could not know by itself is bound."""
    function = link.index.function(value.function)
    if not function.params:
        return link.frames.make(value.function, value.parent, {})
    bound = bind(link, function, given, value.receiver)
    wanted = link.decisions.wanted(value.function)
    kept: dict[str, Values] = {}
    for position, param in enumerate(function.params):
        argument = bound.get(param.name)
        if position in wanted:
            decided = link.decisions.decide(value.function, position, argument, given)
            if decided:
                kept[param.name] = decided
                continue
        if argument is None:
            continue
        if position == 0 and value.receiver is not None:
            values = trim(link.hierarchy.settled(argument.values(link)), link.tracked)
            if values != link.receiver(value.function):
                kept[param.name] = values
        elif not isinstance(argument.expr, Const | Opaque):
            values = argument.values(link)
            if _tells(link, value.function, param, values):
                kept[param.name] = trim(link.hierarchy.settled(values), link.tracked)
    return link.frames.make(value.function, value.parent, kept)


def _tells(link: Linker, function: int, param: Param, values: Values) -> bool:
    """Whether an argument is worth a frame of its own: the declared type would say less."""
    if not is_worth_binding(values):
        return False
    if param.annotation is None or has_callable(values):
        return True
    declared = link.declared_parameter(function, param)
    if not declared:
        return True
    return any(isinstance(value, Instance) and not value.exact for value in declared) and any(
        isinstance(value, Instance) and value.exact for value in values
    )


def result_of(link: Linker, frame: Frame) -> Values:
    """What calling the frame's function gives: an awaitable of an `async def`, an iterator of a generator."""
    return link.memo.ask((4, frame.number), _result, link, frame)


def _result(link: Linker, frame: Frame) -> Values:
    function = link.index.function(frame.function)
    if function.is_generator:
        return (Iterator(_yielded(link, frame, function), function.is_async, frame),)
    values = _returned(link, frame, function)
    return (Awaitable(values),) if function.is_async else values


def _yielded(link: Linker, frame: Frame, function: Function) -> Values:
    values = union(link.evaluate(each, frame) for each in link.index.body(frame.function).yields)
    values = tuple(value for value in values if not isinstance(value, Constant))
    if not values and function.returns is not None:
        declared = link.annotation(function.returns, link.definition_frame(frame))
        values = link.element(declared)
    return values


def _returned(link: Linker, frame: Frame, function: Function) -> Values:
    declared: Values = ()
    if function.returns is not None:
        declared = link.annotation(function.returns, link.definition_frame(frame))
        if _is_final(link, declared):
            return declared
    values = union(link.evaluate(each, frame) for each in _reached(link, frame))
    useful = tuple(value for value in values if value != Constant(None))
    return useful or declared or values


def _reached(link: Linker, frame: Frame) -> Iterable[AnyExpr]:
    """What a function returns, but for the branches that this frame does not take."""
    body = link.index.body(frame.function)
    if not body.return_guards:
        return body.returns
    pairs = zip(body.returns, body.return_guards, strict=True)
    return [value for value, guards in pairs if not (guards and is_ruled_out(link.index, frame, guards))]


def _is_final(link: Linker, declared: Values) -> bool:
    """Whether the declared type says all: no subclass, no function and no container hides behind it."""
    if not declared:
        return False
    for value in declared:
        match value:
            case ExternalInstance():
                if link.catalogue.type_of(value.path) is None:
                    return False
            case Instance(cls=cls):
                if link.hierarchy.descendants(cls) or link.hierarchy.is_protocol(cls):
                    return False
            case _:
                return False
    return True


def _library(link: Linker, path: str, given: Given) -> Values:
    returns = link.catalogue.returns(path) or link.catalogue.at(path).returns
    if returns is not None:
        return link.shape(returns, given)
    last = path.rpartition(".")[2]
    if last[:1].isupper() and not last.isupper():
        return (ExternalInstance(path, given.site),)  # a class of a library without rows
    return union(apply(link, each, given, None) for each in link.opened(path) if each != External(path))


def _called_instance(link: Linker, value: ExternalInstance, path: str, given: Given) -> Values:
    for base in link.catalogue.bases(path):
        found = link.catalogue.type_of(base)
        if found is not None and found.call is not None:
            return link.shape(found.call, given, value)
    returns = link.catalogue.member(path, "__call__").returns
    if returns is None:
        return union(apply(link, each, given, None) for each in objects(link, value))
    return link.shape(returns, given, value)


def await_result(values: Values) -> Values:
    """What `await` gives where the values may be awaitable or plain (`Depends` takes both)."""
    return union((awaited((value,)) if isinstance(value, Awaitable) else (value,)) for value in values)
