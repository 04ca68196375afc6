"""Members of one class: its body's functions and values, bound to a receiver, and what its methods store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Name, Result
from loopaudit.static.link.binding import bound_by
from loopaudit.static.link.fills import fill_attribute, is_empty
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.standins import through_descriptors
from loopaudit.static.link.values import (
    ClassValue,
    Constant,
    Decorated,
    FunctionValue,
    Instance,
    Values,
    says_something,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.static.facts import Def
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


def of_class(link: Linker, cls: int, receiver: Value | None, name: str) -> Values | None:
    """What the class body or its methods' `self.name = ...` say; None when they say nothing."""
    body = link.index.sibling(cls, link.index.class_(cls).body)
    bindings = link.index.bindings(body).get(name, ())
    own = [at for at in bindings if link.index.body(body).defs[at].kind != "annotation"]
    frame = link.frames.general(body)
    if own:
        definition = link.index.body(body).defs[own[-1]]
        if definition.kind == "function":
            found = _method(link, link.definition(frame, own[-1]), definition, body, receiver)
            return through_descriptors(link, found, receiver)
    stored = _stored(link, cls, name)
    if own:
        plain = union(_own_value(link, frame, at, receiver) for at in own)
        plain = through_descriptors(link, plain, receiver)
        values = union((plain, stored))
        if is_empty(values):
            values = fill_attribute(link, values, cls, name)
        return tuple(v for v in values if v != Constant(None)) or values
    return stored or None


def _own_value(link: Linker, frame: Frame, position: int, receiver: Value | None) -> Values:
    """What a class body assigns; `name = property(getter)` gives what the getter does."""
    value = link.index.body(frame.function).defs[position].value
    if isinstance(value, Result) and isinstance(receiver, Instance):
        call = link.index.body(frame.function).calls[value.call]
        if isinstance(call.func, Name) and call.func.name == "property" and call.args:
            getters = link.evaluate(call.args[0], frame)
            return union(link.apply(_bound(getter, receiver, False)) for getter in getters)
    return link.definition(frame, position)


def _stored(link: Linker, cls: int, name: str) -> Values:
    places = link.hierarchy.stores(cls, name)
    if not places:
        return ()
    return link.memo.ask((3, cls, link.word(name)), _read_stores, link, cls, name, places)


def _read_stores(link: Linker, cls: int, name: str, places: tuple[tuple[int, int], ...]) -> Values:
    found: list[Values] = []
    for function, place in places:
        store = link.index.body(function).attr_stores[place]
        frame = link.frames.general(function)
        values = bound_by(link, store.kind, link.evaluate(store.value, frame), store.path)
        if store.annotation is not None and not says_something(values):
            values = link.annotation(store.annotation, frame) or values
        found.append(values)
    values = union(found)
    if is_empty(values):
        values = fill_attribute(link, values, cls, name)
    return tuple(value for value in values if value != Constant(None)) or values


def _method(link: Linker, values: Values, definition: Def, body: int, receiver: Value | None) -> Values:
    """Bind a function found in a class body: methods, class methods, static methods, properties."""
    function = definition_function(link, definition, body)
    words = {terminal_name(each) for each in link.index.function(function).decorators}
    if "staticmethod" in words:
        return values
    is_read = is_property(link, function) or bool(words & {"setter", "getter", "deleter"})
    is_of_class = any("class" in word and "property" in word for word in words)
    if is_read and receiver is not None and (is_of_class or not isinstance(receiver, ClassValue)):
        raw = FunctionValue(function, link.frames.general(body), receiver)
        return link.apply(raw)
    return tuple(_bound(value, receiver, "classmethod" in words) for value in values)


def definition_function(link: Linker, definition: Def, body: int) -> int:
    """The number of the function a `function` def of the scope `body` binds."""
    index = getattr(definition.value, "function", -1)
    return link.index.sibling(body, int(index))


def _bound(value: Value, receiver: Value | None, is_classmethod: bool) -> Value:
    if receiver is None:
        return value
    if is_classmethod and isinstance(receiver, Instance):
        receiver = ClassValue(receiver.cls)
    elif isinstance(receiver, ClassValue) and not is_classmethod:
        return value
    if isinstance(value, FunctionValue) and value.receiver is None:
        return FunctionValue(value.function, value.parent, receiver)
    if isinstance(value, Decorated):
        original = tuple(_bound(each, receiver, is_classmethod) for each in value.original)
        return Decorated(original, value.by, value.result)
    return value


def accessor(
    link: Linker, cls: int, receiver: Value, name: str, is_wanted: Callable[[Linker, int], bool]
) -> FunctionValue | None:
    """The function behind a property defined in the body of `cls`: the getter or the setter."""
    body = link.index.sibling(cls, link.index.class_(cls).body)
    defs = link.index.body(body).defs
    for at in link.index.bindings(body).get(name, ()):
        if defs[at].kind == "function":
            function = definition_function(link, defs[at], body)
            if is_wanted(link, function):
                return FunctionValue(function, link.frames.general(body), receiver)
    return None


def is_property(link: Linker, function: int) -> bool:
    """Whether reading the attribute runs the function: `@property` and everything named like it."""
    return any("property" in terminal_name(each) for each in link.index.function(function).decorators)


def is_setter(link: Linker, function: int) -> bool:
    """Whether assigning the attribute runs the function: `@name.setter`."""
    return any(terminal_name(each) == "setter" for each in link.index.function(function).decorators)
