"""What `value.name` may be, by the kind of the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link import imports, members
from loopaudit.static.link.definitions import bound_by
from loopaudit.static.link.hierarchy import MAX_OVERRIDES, terminal_name
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
    from collections.abc import Callable

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

MAX_STORERS = 40
"""Functions looked at that store an attribute of the wanted name on something of a library."""


def attribute(link: Linker, value: Value, name: str) -> Values:
    """The values `value.name` may have."""
    match value:
        case Instance(cls=cls, exact=exact):
            key = (8, cls << 1 | exact, link.word(name))
            known = link.memo.known(key)
            return link.memo.ask(key, of_instance, link, value, name) if known is None else known
        case ExternalInstance():
            return of_library(link, value, name)
        case External(path=path):
            return _of_path(link, path, name)
        case ProjectModule(index=index):
            return imports.member(link, index, name)
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
            return of_library(link, ExternalInstance("asyncio.Task"), name)
        case Constant(value=str()):
            return of_library(link, ExternalInstance("str"), name)
        case Partial(func=func) if name == "func":
            return func
        case _:
            return ()


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
    return _accessors(link, value, name, members.is_property)


def property_setter(link: Linker, value: Value, name: str) -> Values:
    """The function that `value.name = ...` runs, if a property of the project says so."""
    return _accessors(link, value, name, members.is_setter) if isinstance(value, Instance) else ()


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
        hung = link.memo.ask((2, link.word(value.path), link.word(name)), _hung, link, value.path, name)
        found = hung or union(link.attribute(each, name) for each in objects(link, value))
        if found:
            return found
    return (BoundExternal(member.path, value, name),)


def _hung(link: Linker, path: str, name: str) -> Values:
    """What the project stores as `app.state.name` and the like; where nobody knows what `app` is (as in a
    lifespan), an object called as its class is called counts."""
    word = path.rpartition(".")[2].lower()

    def is_there(bases: Values, expr: AnyExpr) -> bool:
        if not bases:
            return terminal_name(expr).lower() == word
        return any(isinstance(base, ExternalInstance) and base.path == path for base in bases)

    return _stored_on(link, name, is_there)


def _set_outside(link: Linker, cls: int, name: str) -> Values:
    """What functions outside the class store on its instances."""

    def is_there(bases: Values, _: AnyExpr) -> bool:
        return any(isinstance(base, Instance) and base.cls == cls for base in bases)

    return _stored_on(link, name, is_there)


def _stored_on(link: Linker, name: str, is_there: Callable[[Values, AnyExpr], bool]) -> Values:
    return union(
        bound_by(link, store.kind, link.evaluate(store.value, frame), store.path)
        for frame in map(link.frames.general, link.index.storers.get(name, ())[:MAX_STORERS])
        for store in link.index.body(frame.function).attr_stores
        if store.name == name and is_there(link.evaluate(store.base, frame), store.base)
    )


def of_instance(link: Linker, value: Instance, name: str) -> Values:
    """A member of an instance: methods of its class and of the subclasses that may stand behind it."""
    found = _in_order(link, link.hierarchy.order(value.cls), value, name)
    if found is None:
        key = (7, value.cls, link.word(name))
        found = _of_library_base(link, value.cls, value, name) or link.memo.ask(
            key, _set_outside, link, value.cls, name
        )
    if value.exact:
        return found
    if found and not any(isinstance(each, FunctionValue | Decorated) for each in found):
        return found
    overrides = _overrides(link, value, name)
    if not overrides:
        return found
    kept = tuple(each for each in found if not _is_abstract(link, each))
    return union((kept, overrides))


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
        declared = members.declared(link, cls, name)
        if declared:
            return declared
    return None


def _of_class(link: Linker, cls: int, name: str) -> Values:
    found = _in_order(link, link.hierarchy.order(cls), ClassValue(cls), name)
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
