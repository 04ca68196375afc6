"""Fields of classes whose constructor nobody wrote (data classes, models): what callers pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import ClassValue, Constant, Container, Instance, Values, union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker

MAX_CALLERS = 60
"""Functions that call something named as the class, looked at when its field says nothing."""


def declared(link: Linker, cls: int, name: str) -> Values:
    """`name: T` in the class body (dataclass and pydantic fields)."""
    body = link.index.sibling(cls, link.index.class_(cls).body)
    frame = link.frames.general(body)
    defs = link.index.body(body).defs
    return union(
        link.definition(frame, at)
        for at in link.index.bindings(body).get(name, ())
        if defs[at].kind == "annotation"
    )


def passed_for(link: Linker, cls: int, name: str) -> Values:
    """What the calls of the class pass for its field `name`; nothing where a constructor is written."""
    classes = (cls, *link.hierarchy.descendants(cls))
    if any(_has_constructor(link, each) for each in classes):
        return ()
    names = {link.index.class_(each).name for each in classes}
    callers = dict.fromkeys(caller for word in names for caller in link.index.callers.get(word, ()))
    if len(callers) > MAX_CALLERS:
        return ()
    found = [
        _passed(link, caller, at, call, classes, name)
        for caller in callers
        for at, call in enumerate(link.index.body(caller).calls)
        if terminal_name(call.func) in names
    ]
    return tuple(value for value in union(found) if not isinstance(value, Constant))


def _has_constructor(link: Linker, cls: int) -> bool:
    methods = {name for each in link.hierarchy.order(cls) for name, _ in link.index.class_(each).methods}
    return "__init__" in methods or "__new__" in methods


def _passed(link: Linker, caller: int, at: int, call: Call, classes: tuple[int, ...], name: str) -> Values:
    frame = link.frames.general(caller)
    made = [value.index for value in link.evaluate(call.func, frame) if isinstance(value, ClassValue)]
    made = [cls for cls in made if cls in classes]
    if not made:
        return ()
    given = link.given(frame, at)
    argument = given.keyword(name)
    if argument is None and given.args:
        position = fields_of(link, made[0]).get(name)
        argument = given.at(position) if position is not None else None
    return argument.values(link) if argument is not None else ()


def field_at(link: Linker, cls: int, key: object) -> Values:
    """`record[1]` and `record["name"]` of a class made of fields (a named tuple)."""
    if isinstance(key, int):
        names = tuple(fields_of(link, cls))
        key = names[key] if -len(names) <= key < len(names) else None
    return link.attribute(Instance(cls, exact=True), key) if isinstance(key, str) else ()


def as_mapping(link: Linker, cls: int) -> Container:
    """What an object of a `TypedDict` is: a dictionary whose keys are the fields."""
    keyed = tuple((name, declared(link, cls, name)) for name in fields_of(link, cls))
    return Container("dict", union(values for _, values in keyed), (), keyed)


def fields_of(link: Linker, cls: int) -> Mapping[str, int]:
    """The annotated names of a class and its bases, in the order a constructor made of them takes."""
    names: dict[str, None] = {}
    for each in reversed(link.hierarchy.order(cls)):
        body = link.index.body(link.index.sibling(each, link.index.class_(each).body))
        for definition in body.defs:
            if definition.annotation is not None:
                names.setdefault(definition.name)
    return {name: position for position, name in enumerate(names)}
