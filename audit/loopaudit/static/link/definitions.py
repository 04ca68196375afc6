"""What a binding of a local name gives: assignments, parameters, loops, `with`, imports, narrowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.binding import bound_by
from loopaudit.static.link.evaluate import awaited
from loopaudit.static.link.fills import fill_name, is_empty
from loopaudit.static.link.library import objects
from loopaudit.static.link.values import (
    Awaitable,
    ClassValue,
    Constant,
    Container,
    Context,
    ExternalInstance,
    Instance,
    Iterator,
    Values,
    says_something,
    union,
)

if TYPE_CHECKING:
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Def
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


_ELEMENT = 33
"""A kind of question in the memo."""


def define(link: Linker, frame: Frame, position: int) -> Values:
    """The values of the `position`-th def of the frame's function."""
    definition = link.index.body(frame.function).defs[position]
    match definition.kind:
        case "param":
            return link.parameter(frame, position)
        case "function":
            return link.function_value(frame, definition)
        case "class":
            return link.class_value(frame, definition)
        case "import":
            return link.evaluate(definition.value, frame)
        case "annotation":
            return _declared(link, definition, frame)
        case "narrow":
            return _narrow(link, definition, frame)
        case "exclude":
            return _exclude(link, definition, frame)
        case "except" | "delete":
            return ()
        case _:
            return _assigned(link, definition, frame)


def _declared(link: Linker, definition: Def, frame: Frame) -> Values:
    return () if definition.annotation is None else link.annotation(definition.annotation, frame)


def _assigned(link: Linker, definition: Def, frame: Frame) -> Values:
    values = bound_by(link, definition.kind, link.evaluate(definition.value, frame), definition.path)
    if definition.annotation is not None and not _tells(link, values):
        values = link.annotation(definition.annotation, frame) or values
    elif definition.annotation is not None and len(values) == 1 and _is_holder(link, values[0]):
        values = _holding(link, values, definition, frame) or values
    if is_empty(values):
        values = fill_name(link, values, frame.function, definition.name)
    return values


def _is_holder(link: Linker, value: Value) -> bool:
    return isinstance(value, ExternalInstance) and bool(link.catalogue.takes(value.path))


def _tells(link: Linker, values: Values) -> bool:
    """Whether a value says more than its annotation: not where all that is known is a library's class
    without rows, which may be what declares a field."""
    return says_something(values) and any(
        not isinstance(value, ExternalInstance) or link.catalogue.type_of(value.path) is not None
        for value in values
    )


def _holding(link: Linker, values: Values, definition: Def, frame: Frame) -> Values:
    """`queue: Queue[Job] = Queue()`: the object that was made holds what its annotation says."""
    return tuple(
        ExternalInstance(value.path, value.site, declared.of)
        if isinstance(value, ExternalInstance) and isinstance(declared, ExternalInstance)
        else value
        for value, declared in zip(values, _declared(link, definition, frame), strict=False)
    )


def element_of(link: Linker, value: Value) -> Values:
    """What iterating `value` gives."""
    match value:
        case Container(kind="dict", keyed=keyed):
            return tuple(Constant(key) for key, _ in keyed)
        case Container(element=element) | Iterator(element=element):
            return element
        case Instance(cls=cls, exact=exact):  # two classes may give each other
            return link.memo.ask((_ELEMENT, cls << 1 | exact), _element_of_object, link, value)
        case ExternalInstance(path=path):
            for base in link.catalogue.bases(path):
                found = link.catalogue.type_of(base)
                if found is not None and found.element is not None:
                    return link.shape(found.element, receiver=value)
            return union(element_of(link, each) for each in objects(link, value))
        case _:
            return ()


def _element_of_object(link: Linker, value: Instance) -> Values:
    """What the protocol of iteration gives, or what an index gives where the class has none."""
    inner = link.call_method(value, "__iter__") or link.call_method(value, "__aiter__")
    found = [
        link.call_method(each, "__next__") if isinstance(each, Instance) else element_of(link, each)
        for each in inner
    ]
    return (
        union(found)
        or awaited(link.call_method(value, "__anext__"))
        or (link.call_method(value, "__getitem__") if not inner else ())
    )


def entered_by(link: Linker, value: Value, *, is_async: bool) -> Values:
    """What `with value as x` binds."""
    name = "__aenter__" if is_async else "__enter__"
    match value:
        case Context(value=inner):
            return inner
        case Awaitable(value=inner) if is_async:
            return union(entered_by(link, each, is_async=True) for each in inner) or inner
        case Instance():
            result = link.call_method(value, name)
            return awaited(result) if is_async else result
        case ExternalInstance(path=path):
            member = link.catalogue.member(path, name)
            if member.returns is None:
                made = union(entered_by(link, each, is_async=is_async) for each in objects(link, value))
                return made or (value,)
            result = link.shape(member.returns, receiver=value)
            return (awaited(result) or result) if is_async else result
        case Iterator(element=element):
            return element
        case _:
            return ()


def _narrow(link: Linker, definition: Def, frame: Frame) -> Values:
    values = link.evaluate(definition.value, frame)
    if definition.annotation is None:
        return tuple(value for value in values if value != Constant(None))
    wanted = _classes(link, definition.annotation, frame)
    kept = tuple(value for value in values if any(_is_instance(link, value, each) for each in wanted))
    return kept or tuple(_instance_of(each) for each in wanted)


def _exclude(link: Linker, definition: Def, frame: Frame) -> Values:
    values = link.evaluate(definition.value, frame)
    if definition.annotation is None:
        return tuple(value for value in values if value != Constant(None))
    unwanted = _classes(link, definition.annotation, frame)
    return tuple(value for value in values if not any(_is_instance(link, value, each) for each in unwanted))


def _classes(link: Linker, expr: AnyExpr, frame: Frame) -> Values:
    """The classes named by the second argument of isinstance, a tuple of them taken apart."""
    values = link.evaluate(expr, frame)
    found = [value.element if isinstance(value, Container) else (value,) for value in values]
    return tuple(v for v in union(found) if isinstance(v, ClassValue) or hasattr(v, "path"))


def _instance_of(value: Value) -> Value:
    if isinstance(value, ClassValue):
        return Instance(value.index)
    return ExternalInstance(str(getattr(value, "path", "")))


def _is_instance(link: Linker, value: Value, wanted: Value) -> bool:
    if isinstance(value, Instance) and isinstance(wanted, ClassValue):
        return wanted.index in link.hierarchy.order(value.cls)
    if isinstance(value, ExternalInstance) and not isinstance(wanted, ClassValue):
        return link.catalogue.is_subclass(value.path, str(getattr(wanted, "path", "")))
    return False
