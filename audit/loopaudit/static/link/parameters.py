"""What a parameter may be: as bound by the caller, declared, injected, defaulted, or passed at any call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Item, Items, Result
from loopaudit.static.link.calling import await_result
from loopaudit.static.link.decisions import remembered
from loopaudit.static.link.declarations import unalias
from loopaudit.static.link.decorated import decorated_by
from loopaudit.static.link.given import Given, bind
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import (
    ClassValue,
    Constant,
    Container,
    Decided,
    External,
    FunctionValue,
    Instance,
    Iterator,
    Values,
    union,
)

if TYPE_CHECKING:
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Function, Param
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value

MAX_CALLERS = 60
"""Functions that call something of the same name, looked at when nobody annotated a parameter."""


def value_of(link: Linker, frame: Frame, position: int) -> Values:
    """The values of the `position`-th parameter in `frame`."""
    param = link.index.function(frame.function).params[position]
    bound = frame.bound.get(param.name)
    if bound is not None:
        constants = [value for value in bound if isinstance(value, Decided)]
        if not constants:
            return bound
        values = tuple(known for value in constants for known in remembered(value))
        if len(values) == len(constants):
            return values
    return link.memo.ask((5, frame.function, position), _inferred, link, frame.function, position)


def _inferred(link: Linker, number: int, position: int) -> Values:
    function = link.index.function(number)
    param = function.params[position]
    receiver = link.receiver(number) if position == 0 else ()
    if receiver:
        return receiver
    if param.kind == "star":
        return (Container("tuple", declared(link, number, param)),)
    if param.kind == "double_star":
        return (Container("dict", declared(link, number, param)),)
    found = injected(link, number, param) or declared(link, number, param)
    if found and not any(isinstance(value, Instance) for value in found):
        return found
    default = _default(link, number, param)
    useful = tuple(value for value in default if not isinstance(value, Constant))
    if found or link.index.is_library(number):
        return union((found, useful))
    return union((useful, _from_callers(link, number, position)))


def receiver_of(link: Linker, number: int) -> Values:
    """What the first parameter of a method is when nobody knows more: an object or the class it stands in."""
    function = link.index.function(number)
    if function.owner < 0 or function.kind == "class" or not function.params:
        return ()
    words = {terminal_name(each) for each in function.decorators}
    if "staticmethod" in words:
        return ()
    cls = link.index.sibling(number, function.owner)
    if function.name == "__init_subclass__":
        return tuple(ClassValue(each) for each in link.hierarchy.descendants(cls)) or (ClassValue(cls),)
    if "classmethod" in words or function.name in {"__new__", "__class_getitem__"}:
        return (ClassValue(cls),)
    if any("validator" in word for word in words) and function.params[0].name == "cls":
        return (ClassValue(cls),)
    return link.hierarchy.settled((Instance(cls),))


def declared(link: Linker, number: int, param: Param) -> Values:
    """What the annotation says."""
    if param.annotation is None:
        return ()
    key = (9, number, link.word(param.name))
    known = link.memo.known(key)
    return link.memo.ask(key, _annotated, link, number, param.annotation) if known is None else known


def _annotated(link: Linker, number: int, annotation: AnyExpr) -> Values:
    return link.annotation(annotation, link.definition_frame(link.frames.general(number)))


def injected(link: Linker, number: int, param: Param) -> Values:
    """What a dependency marker in the default or in `Annotated` provides: `Depends(get_session)`."""
    frame = link.definition_frame(link.frames.general(number))
    for marker, scope in _markers(link, param, frame):
        if not isinstance(marker, Result):
            continue
        call = link.index.body(scope.function).calls[marker.call]
        for value in link.evaluate(call.func, scope):
            if not isinstance(value, External):
                continue
            for entry in link.catalogue.entries(value.path):
                if entry.kind == "dependency":
                    return _provided(link, Given.of(call, scope, -1), entry.handler, number, param)
    return ()


def _provided(link: Linker, given: Given, handler: str, number: int, param: Param) -> Values:
    argument = given.find(handler) or given.keyword("dependency")
    if argument is None:
        return declared(link, number, param)
    return union(provided_by(link, value) for value in argument.values(link))


def provided_by(link: Linker, value: Value) -> Values:
    """What a dependency hands out: its result, awaited, or what it yields."""
    return union(
        result.element if isinstance(result, Iterator) else link.entered_or_self(result)
        for result in await_result(link.apply(value))
    )


def _markers(link: Linker, param: Param, frame: Frame) -> list[tuple[AnyExpr, Frame]]:
    found: list[tuple[AnyExpr, Frame]] = []
    if param.default is not None:
        found.append((param.default, frame))
    annotation, scope = param.annotation, frame
    for _ in range(4):
        if annotation is None or isinstance(annotation, Item):
            break
        behind = unalias(link, annotation, scope)
        if behind is None:
            break
        annotation, scope = behind
    if isinstance(annotation, Item) and isinstance(annotation.key, Items):
        found.extend((each, scope) for each in annotation.key.items[1:])
    return found


def dependencies(link: Linker, number: int) -> Values:
    """The callables that a handler's parameters ask the framework to call."""
    found: list[Values] = []
    frame = link.definition_frame(link.frames.general(number))
    for param in link.index.function(number).params:
        for marker, scope in _markers(link, param, frame):
            if not isinstance(marker, Result):
                continue
            call = link.index.body(scope.function).calls[marker.call]
            for value in link.evaluate(call.func, scope):
                entries = link.catalogue.entries(value.path) if isinstance(value, External) else ()
                for entry in entries:
                    argument = Given.of(call, scope, -1).find(entry.handler)
                    if entry.kind == "dependency" and argument is not None:
                        found.append(argument.values(link))
    return union(found)


def _default(link: Linker, number: int, param: Param) -> Values:
    if param.default is None:
        return ()
    return link.evaluate(param.default, link.definition_frame(link.frames.general(number)))


def _from_callers(link: Linker, number: int, position: int) -> Values:
    function = link.index.function(number)
    names = _called_as(link, number, function)
    callers = [caller for name in names for caller in link.index.callers.get(name, ())]
    if len(callers) > MAX_CALLERS:
        return ()
    found: list[Values] = [decorated_by(link, number)] if position == 0 else []
    for caller in dict.fromkeys(callers):
        frame = link.frames.general(caller)
        for at, call in enumerate(link.index.body(caller).calls):
            if terminal_name(call.func) in names:
                found.append(_passed(link, frame, at, number, position))
    return tuple(value for value in union(found) if not isinstance(value, Constant))


def _called_as(link: Linker, number: int, function: Function) -> list[str]:
    if function.name != "__init__" or function.owner < 0:
        return [function.name]
    cls = link.index.sibling(number, function.owner)
    names = [link.index.class_(each).name for each in (cls, *link.hierarchy.descendants(cls))]
    return [*dict.fromkeys(names), "cls", *(["__init__"] if len(names) > 1 else [])]


def _passed(link: Linker, frame: Frame, at: int, number: int, position: int) -> Values:
    """What the call `at` of `frame` passes for the parameter, if it calls that function."""
    call = link.index.body(frame.function).calls[at]
    function = link.index.function(number)
    for value in link.evaluate(call.func, frame):
        for target in constructors(link, value):
            if isinstance(target, FunctionValue) and target.function == number:
                given = link.given(frame, at)
                argument = bind(link, function, given, target.receiver).get(function.params[position].name)
                return argument.values(link) if argument is not None else ()
    return ()


def constructors(link: Linker, value: Value) -> Values:
    """The functions a call of `value` runs: itself, or `__init__` of a class."""
    if isinstance(value, ClassValue):
        return tuple(
            each
            for name in ("__init__", "__new__", "__post_init__")
            for each in link.attribute(Instance(value.index, exact=True), name)
            if isinstance(each, FunctionValue)
        )
    return (value,)


def default_factories(link: Linker, cls: int) -> Values:
    """The functions that fill the fields of a new instance: `field(default_factory=f)` in the class body."""
    body = link.index.sibling(cls, link.index.class_(cls).body)
    frame = link.frames.general(body)
    return union(
        link.evaluate(value, frame)
        for call in link.index.body(body).calls
        for name, value in call.keywords
        if name in _FACTORIES
    )


_FACTORIES = frozenset(("default_factory", "factory"))
