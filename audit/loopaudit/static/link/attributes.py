"""What `value.name` may be, by the kind of the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link import fields, imports, members, outside, standins
from loopaudit.static.link.hierarchy import MAX_OVERRIDES
from loopaudit.static.link.library import is_tamed, objects
from loopaudit.static.link.values import (
    Awaitable,
    BoundExternal,
    ClassValue,
    Constant,
    Container,
    ContainerMethod,
    Decorated,
    External,
    ExternalInstance,
    Frame,
    FunctionValue,
    Instance,
    Namespace,
    Partial,
    ProjectModule,
    Super,
    Values,
    union,
)

if TYPE_CHECKING:
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

MAX_BESIDE = 60
"""Subclasses looked at for what a mixin uses and does not have."""


def attribute(link: Linker, value: Value, name: str) -> Values:
    """The values `value.name` may have."""
    match value:
        case Instance(made=Frame() as made):
            key = (14, made.number, link.word(name))
            return link.memo.ask(key, _of_stand_in, link, value, name)
        case Instance(cls=cls, exact=exact):
            key = (8, cls << 1 | exact, link.word(name))
            known = link.memo.known(key)
            return link.memo.ask(key, of_instance, link, value, name) if known is None else known
        case ExternalInstance():
            return of_library(link, value, name)
        case External(path=path):
            return _of_path(link, path, name)
        case ProjectModule(index=index):
            return imports.exported(link, index, name)
        case Namespace(name=package):
            inner = imports.find_module(link, f"{package}.{name}", -1)
            return (inner,) if inner is not None else ()
        case ClassValue(index=index):
            return _of_class(link, index, name)
        case Super(cls=cls, receiver=receiver):
            return _of_super(link, cls, receiver, name)
        case Container():
            return (ContainerMethod(value, name),)
        case Awaitable():
            member = link.catalogue.member("asyncio.Task", name)
            return (BoundExternal(member.path, value, name),)
        case Constant(value=str()):
            return of_library(link, ExternalInstance("str"), name)
        case Partial(func=func) if name == "func":
            return func
        case FunctionValue(function=number) if name in link.index.storers:
            return link.memo.ask((10, number, link.word(name)), outside.set_on_function, link, number, name)
        case _:
            return ()


def _of_path(link: Linker, path: str, name: str) -> Values:
    member = link.catalogue.at(f"{path}.{name}")
    if member.is_property and member.returns is not None:
        return link.shape(member.returns)
    return (External(link.catalogue.canonical(f"{path}.{name}")),)


def of_library(link: Linker, value: ExternalInstance, name: str) -> Values:
    """A member of a library instance; unknown ones may be attributes the project itself hung there."""
    member = link.catalogue.member(value.path, name)
    if member.is_property:
        return link.shape(member.returns, receiver=value) if member.returns is not None else ()
    if not member.is_known:
        key = (2, link.word(value.path), link.word(name))
        hung = link.memo.ask(key, outside.hung, link, value.path, name)
        found = hung or union(link.attribute(each, name) for each in objects(link, value))
        if found:
            return found
    return (BoundExternal(member.path, value, name),)


def of_instance(link: Linker, value: Instance, name: str) -> Values:
    """A member of an instance: methods of its class and of the subclasses that may stand behind it."""
    found = _in_order(link, link.hierarchy.order(value.cls), value, name)
    if found is None:
        found = _of_library_base(link, value.cls, value, name)
    if outside.is_open(found):
        found = _set_outside(link, value.cls, name) or _passed(link, value.cls, name) or found
    if not found:
        found = standins.delegated(link, value, name)
    if value.exact:
        return found
    if outside.is_open(found):
        found = _overrides(link, value, name) or _beside(link, value.cls, name) or found
        return found or ()
    if found and not any(isinstance(each, FunctionValue | Decorated) for each in found):
        return found
    overrides = _overrides(link, value, name)
    if not overrides:
        return found
    kept = tuple(each for each in found if not _is_abstract(link, each))
    return union((kept, overrides))


def _of_stand_in(link: Linker, value: Instance, name: str) -> Values:
    found = standins.of_made(link, value, name)
    return of_instance(link, value, name) if outside.is_open(found) else found


def _set_outside(link: Linker, cls: int, name: str) -> Values:
    if name not in link.index.storers:
        return ()
    return link.memo.ask((7, cls, link.word(name)), outside.set_on_class, link, cls, name)


def _passed(link: Linker, cls: int, name: str) -> Values:
    """What callers pass for a field; only names of class bodies are fields."""
    index = link.index
    bodies = (index.sibling(each, index.class_(each).body) for each in link.hierarchy.order(cls))
    if not any(name in index.bindings(body) for body in bodies):
        return ()
    return link.memo.ask((11, cls, link.word(name)), fields.passed_for, link, cls, name)


def _beside(link: Linker, cls: int, name: str) -> Values:
    """What a mixin uses and its sibling bases have: asked of the classes that derive from it."""
    return union(
        _in_order(link, link.hierarchy.order(each), Instance(each), name) or ()
        for each in link.hierarchy.descendants(cls)[:MAX_BESIDE]
    )


def _is_abstract(link: Linker, value: Value) -> bool:
    return isinstance(value, FunctionValue) and link.hierarchy.is_abstract(value.function)


def _overrides(link: Linker, value: Instance, name: str) -> Values:
    hierarchy = link.hierarchy
    below = hierarchy.descendants(value.cls) or hierarchy.implementations(value.cls)
    owners = [cls for cls in below if any(name == each for each, _ in link.index.class_(cls).methods)]
    if len(owners) > MAX_OVERRIDES:
        return ()
    return union(_in_order(link, hierarchy.order(cls), Instance(cls), name) or () for cls in owners)


def _in_order(link: Linker, order: tuple[int, ...], receiver: Value, name: str) -> Values | None:
    """The first class of the order that has the name; None when none has."""
    for cls in order:
        found = members.of_class(link, cls, receiver, name)
        if found is not None:
            return found
    for cls in order:
        declared = fields.declared(link, cls, name)
        if declared:
            return declared
    return None


def _of_class(link: Linker, cls: int, name: str) -> Values:
    found = _in_order(link, link.hierarchy.order(cls), ClassValue(cls), name)
    if outside.is_open(found):
        found = _set_outside(link, cls, name) or found
    if found is not None:
        return found
    bases = link.hierarchy.external_bases(cls)
    if not any(link.catalogue.member(base, name).is_known for base in bases):
        inherited = link.hierarchy.library_bases(cls)
        found = _in_order(link, inherited, ClassValue(cls), name) if inherited else None
    if found is not None:
        return found
    return union(_of_library_class(link, base, ClassValue(cls), name) for base in bases)


def _of_library_class(link: Linker, base: str, cls: ClassValue, name: str) -> Values:
    """`Post.objects`, `User.get`: what a class of the project inherits from a library's."""
    member = link.catalogue.member(base, name)
    if member.is_property:
        return link.shape(member.returns, receiver=cls) if member.returns is not None else ()
    return (BoundExternal(member.path, cls, name),)


def _of_super(link: Linker, cls: int, receiver: Value, name: str) -> Values:
    start = receiver.cls if isinstance(receiver, Instance) else getattr(receiver, "index", cls)
    order = link.hierarchy.order(start)
    rest = order[order.index(cls) + 1 :] if cls in order else link.hierarchy.order(cls)[1:]
    found = _in_order(link, rest, receiver, name)
    if found is not None:
        return found
    return _of_library_base(link, cls, receiver, name) if isinstance(receiver, Instance) else ()


def _of_library_base(link: Linker, cls: int, receiver: Instance, name: str) -> Values:
    """What a class has from bases outside the project: by a row, or by the source of the base."""
    for base in link.hierarchy.external_bases(cls):
        member = link.catalogue.member(base, name)
        if member.is_known or member.primitive is not None:
            return () if is_tamed(link, cls, member) else of_library(link, ExternalInstance(base), name)
    inherited = link.hierarchy.library_bases(cls)
    found = _in_order(link, inherited, receiver, name) if inherited else None
    if found is None and inherited:
        return union(_of_library_base(link, each, receiver, name) for each in inherited[:1])
    return found or ()
