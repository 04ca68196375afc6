"""What runs when an attribute is read or assigned: properties, and descriptors of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Result
from loopaudit.static.link import members
from loopaudit.static.link.hierarchy import MAX_OVERRIDES, terminal_name
from loopaudit.static.link.library import objects
from loopaudit.static.link.values import BoundExternal, ExternalInstance, Instance, Values, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value


def property_getter(link: Linker, value: Value, name: str) -> Values:
    """The function behind a property of the value: the project's, or a blocking property of a library."""
    if isinstance(value, ExternalInstance):
        member = link.catalogue.member(value.path, name)
        if member.is_property and member.primitive is not None:
            return (BoundExternal(member.path, value, name),)
        made = [each for each in objects(link, value) if isinstance(each, Instance)]
        return union(property_getter(link, each, name) for each in made)
    if not isinstance(value, Instance):
        return ()
    return _accessors(link, value, name, members.is_property) or _of_descriptor(link, value, name, "__get__")


def property_setter(link: Linker, value: Value, name: str) -> Values:
    """The function that `value.name = ...` runs, if a property or descriptor of the project says so."""
    if not isinstance(value, Instance):
        return ()
    return _accessors(link, value, name, members.is_setter) or _of_descriptor(link, value, name, "__set__")


def _accessors(link: Linker, value: Instance, name: str, is_wanted: Callable[[Linker, int], bool]) -> Values:
    owners = (
        [value.cls] if value.exact else [value.cls, *link.hierarchy.descendants(value.cls)[:MAX_OVERRIDES]]
    )
    found: list[Values] = []
    for owner in owners:
        for cls in (*link.hierarchy.order(owner), *link.hierarchy.library_bases(owner)):
            getter = members.accessor(link, cls, Instance(owner, value.exact), name, is_wanted)
            if getter is not None:
                found.append((getter,))
                break
    return union(found)


def _of_descriptor(link: Linker, value: Instance, name: str, dunder: str) -> Values:
    """The dunder of what the class itself holds under the name."""
    if not link.hierarchy.definers(dunder):
        return ()
    for cls in link.hierarchy.order(value.cls):
        body = link.index.sibling(cls, link.index.class_(cls).body)
        frame = link.frames.general(body)
        held = union(link.definition(frame, at) for at in link.index.bindings(body).get(name, ()))
        if held:
            return union(link.attribute(each, dunder) for each in held if isinstance(each, Instance))
    return ()


def descriptor_names(link: Linker, dunder: str) -> Iterator[str]:
    """Names under which class bodies hold descriptors of the project that define the dunder."""
    makers = {link.index.class_(cls).name for cls in link.hierarchy.definers(dunder)}
    for maker in sorted(makers):
        yield from (link.index.function(number).name for number in link.index.decorated(maker))
        for number in link.index.callers.get(maker, ()):
            if link.index.function(number).kind == "class":
                body = link.index.body(number)
                for definition in body.defs:
                    value = definition.value
                    if isinstance(value, Result) and terminal_name(body.calls[value.call].func) == maker:
                        yield definition.name
