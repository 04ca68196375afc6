"""Objects that stand for another thing: class-based decorators, descriptors, proxies with `__getattr__`.

What such an object was made with tells it apart from its siblings, so its instance keeps the frame of its
constructor (`Instance.made`); of other objects it is enough to know the class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Local, Name
from loopaudit.static.link.given import Argument, Given
from loopaudit.static.link.values import (
    ClassValue,
    FunctionValue,
    Instance,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from loopaudit.static.link.linker import Linker


def of_made(link: Linker, value: Instance, name: str) -> Values:
    """What the constructor stored for this very object; nothing where it stored nothing of the name."""
    if value.made is None:
        return ()
    body = link.index.body(value.made.function)
    receiver = link.index.function(value.made.function).params[0].name
    return union(
        link.evaluate(store.value, value.made)
        for store in body.attr_stores
        if store.name == name and isinstance(store.base, Local) and store.base.name == receiver
    )


def through_descriptors(link: Linker, values: Values, receiver: Value | None) -> Values:
    """What reading a class attribute gives where its value is a descriptor of the project."""
    if receiver is None or not link.hierarchy.definers("__get__"):
        return values
    return union(_read(link, value, receiver) for value in values)


def _read(link: Linker, value: Value, receiver: Value) -> Values:
    if not isinstance(value, Instance) or not link.hierarchy.has_method(value.cls, "__get__"):
        return (value,)
    owner = receiver if isinstance(receiver, ClassValue) else ClassValue(getattr(receiver, "cls", -1))
    given = Given((Argument((receiver,)), Argument((owner,))))
    return union(link.apply(getter, given) for getter in link.attribute(value, "__get__"))


def delegated(link: Linker, value: Instance, name: str) -> Values:
    """What `__getattr__` finds by `getattr(inner, name)`."""
    if name.startswith("__") or not link.hierarchy.has_method(value.cls, "__getattr__"):
        return ()
    return union(
        link.attribute(target, name)
        for getter in link.attribute(value, "__getattr__")
        if isinstance(getter, FunctionValue)
        for target in _targets(link, getter)
    )


def _targets(link: Linker, getter: FunctionValue) -> Values:
    """What the body of a `__getattr__` asks for the attribute it was asked for."""
    params = link.index.function(getter.function).params
    if len(params) < 2 or getter.receiver is None:
        return ()
    frame = link.frames.make(getter.function, getter.parent, {params[0].name: (getter.receiver,)})
    return union(
        link.evaluate(call.args[0], frame)
        for call in link.index.body(getter.function).calls
        if isinstance(call.func, Name) and call.func.name == "getattr" and len(call.args) > 1
        if isinstance(call.args[1], Local) and call.args[1].name == params[1].name
    )
