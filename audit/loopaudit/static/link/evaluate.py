"""What an expression of a frame may be, by the shape of the expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import (
    AnyExpr,
    Attr,
    Awaited,
    Choice,
    ClassRef,
    Comprehension,
    Const,
    Imported,
    Item,
    Items,
    Lambda,
    Local,
    Name,
    Opaque,
    Operation,
    Pairs,
    Result,
    Starred,
)
from loopaudit.static.link.binding import container_item
from loopaudit.static.link.decisions import is_ruled_out
from loopaudit.static.link.fields import field_at
from loopaudit.static.link.held import under_key
from loopaudit.static.link.library import objects
from loopaudit.static.link.values import (
    Awaitable,
    ClassValue,
    Constant,
    Container,
    ExternalInstance,
    FunctionValue,
    Instance,
    Iterator,
    Values,
    says_something,
    shallow,
    union,
)

if TYPE_CHECKING:
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


MAX_ITEMS = 16
"""A display with more items is a table: only what its items have in common is kept."""


def evaluate(link: Linker, expr: AnyExpr, frame: Frame) -> Values:
    """The values `expr` may have in `frame`; empty when nobody knows."""
    # By identity of the type, the frequent ones first: this is asked a million times.
    if type(expr) is Local:
        return _local(link, expr, frame)
    if type(expr) is Attr:
        bases = evaluate(link, expr.base, frame)
        if len(bases) == 1:
            return link.attribute(bases[0], expr.name)
        return union([link.attribute(value, expr.name) for value in bases]) if bases else ()
    if type(expr) is Result:
        return link.call_result(frame, expr.call)
    if type(expr) is Name:
        return link.look_up(expr.name, frame)
    if type(expr) is Const:
        return (Constant(expr.value),)
    if type(expr) is Awaited:
        return awaited(evaluate(link, expr.value, frame))
    if type(expr) is Opaque:
        return ()
    return _reference(link, expr, frame)


def _local(link: Linker, expr: Local, frame: Frame) -> Values:
    if len(expr.defs) == 1:
        return link.definition(frame, expr.defs[0])
    if not expr.defs:
        return link.look_up(expr.name, frame)
    defs = link.index.body(frame.function).defs
    return union(
        [
            link.definition(frame, each)
            for each in expr.defs
            if not (defs[each].guards and is_ruled_out(link.index, frame, defs[each].guards))
        ]
    )


def _reference(link: Linker, expr: AnyExpr, frame: Frame) -> Values:
    match expr:
        case Item(base=base, key=key):
            return _item(link, base, key, frame)
        case Lambda(function=index):
            return (FunctionValue(link.index.sibling(frame.function, index), frame),)
        case ClassRef(index=index):
            return (ClassValue(link.index.sibling(frame.function, index)),)
        case Imported():
            return link.imported(frame.function, expr)
        case Choice(options=options):
            return union([link.evaluate(option, frame) for option in options])
        case _:
            return _display(link, expr, frame)


def _display(link: Linker, expr: AnyExpr, frame: Frame) -> Values:
    match expr:
        case Items(kind=kind, items=items):
            return (_sequence(link, kind, items, frame),)
        case Pairs(keys=keys, values=values):
            return (_mapping(link, keys, values, frame),)
        case Operation(method=method, left=left, right=right):
            return _operation(link, method, left, right, frame)
        case Comprehension(kind="generator", element=element):
            return (Iterator(link.evaluate(element, frame)),)
        case Comprehension(kind=kind, element=element):
            return (Container(kind, link.evaluate(element, frame)),)
        case Starred(value=inner):
            return link.element(link.evaluate(inner, frame))
        case _:
            return ()


def awaited(values: Values) -> Values:
    """What `await` gives; a library's own awaitable object gives nothing known."""
    return union(value.value for value in values if isinstance(value, Awaitable))


def _sequence(link: Linker, kind: str, items: tuple[AnyExpr, ...], frame: Frame) -> Container:
    each = [shallow(link.evaluate(item, frame)) for item in items]
    is_known = kind != "set" and len(items) <= MAX_ITEMS and not any(isinstance(i, Starred) for i in items)
    return Container(kind, union(each), tuple(each) if is_known else ())


def _mapping(link: Linker, keys: tuple[AnyExpr, ...], values: tuple[AnyExpr, ...], frame: Frame) -> Container:
    keyed: list[tuple[str | int, Values]] = []
    parts: list[Values] = []
    for key, value in zip(keys, values, strict=False):
        found = link.evaluate(value.value if isinstance(value, Starred) else value, frame)
        if isinstance(value, Starred):
            for other in found:
                if isinstance(other, Container):
                    parts.append(other.element)
                    keyed.extend(other.keyed)
            continue
        found = shallow(found)
        if says_something(found):
            parts.append(found)
        elif not isinstance(value, Const):
            continue
        if isinstance(key, Const) and isinstance(key.value, str | int):
            keyed.append((key.value, found))
    return Container("dict", union(parts), (), tuple(keyed))


def _item(link: Linker, base: AnyExpr, key: AnyExpr, frame: Frame) -> Values:
    values = link.evaluate(base, frame)
    return union(_one_item(link, value, key, frame) for value in values) or under_key(link, base, key, frame)


def key_of(link: Linker, key: AnyExpr, frame: Frame) -> object:
    """The constant that a key is, or None. A local may hold more than what is known of it: it counts only
    where a literal is assigned, or the caller's constant is bound."""
    if isinstance(key, Const):
        return key.value
    if isinstance(key, Local) and key.defs and not _is_literal(link, key, frame):
        return None
    if not isinstance(key, Local | Name | Attr):
        return None
    values = link.evaluate(key, frame)
    return values[0].value if len(values) == 1 and isinstance(values[0], Constant) else None


def _is_literal(link: Linker, key: Local, frame: Frame) -> bool:
    defs = [link.index.body(frame.function).defs[at] for at in key.defs]
    return all(isinstance(each.value, Const) or each.name in frame.bound for each in defs)


def _one_item(link: Linker, value: Value, key: AnyExpr, frame: Frame) -> Values:
    match value:
        case Container():
            if key.__class__ is Items:
                return (Container("list", value.element),)
            return container_item(value, key_of(link, key, frame) if value.keyed or value.items else None)
        case ClassValue():
            return (value,)  # Repository[User]
        case Instance(cls=cls):
            found = link.call_method(value, "__getitem__")
            return found or field_at(link, cls, key_of(link, key, frame))
        case ExternalInstance(path=path):
            member = link.catalogue.member(path, "__getitem__")
            if member.returns is not None:
                return link.shape(member.returns, receiver=value)
            made = union(_one_item(link, each, key, frame) for each in objects(link, value))
            return made or link.element((value,))
        case _:
            return (value,) if type(value).__name__ == "External" else ()


_JOINING = frozenset(("__add__", "__or__", "__mul__"))
"""Operators of containers that give a container with what both hold."""


def _operation(link: Linker, method: str, left: AnyExpr, right: AnyExpr, frame: Frame) -> Values:
    found: list[Values] = []
    lefts = link.evaluate(left, frame)
    for value in lefts:
        if isinstance(value, Instance):
            in_place = method.replace("__", "__i", 1)
            found.append(link.call_method(value, method) or link.call_method(value, in_place))
        elif isinstance(value, ExternalInstance):
            member = link.catalogue.member(value.path, method)
            if member.returns is not None:
                found.append(link.shape(member.returns, receiver=value))
        elif isinstance(value, Container) and method in _JOINING:
            found.append((Container(value.kind, value.element, (), value.keyed),))
            found.append(link.evaluate(right, frame))
    if not lefts and method == "__truediv__":
        found.append(_reflected(link, right, frame))
    if not lefts and method in _JOINING:
        found.append(tuple(value for value in link.evaluate(right, frame) if isinstance(value, Container)))
    return union(found)


def _reflected(link: Linker, right: AnyExpr, frame: Frame) -> Values:
    """`unknown / Path(...)`: the right side answers."""
    return union(
        link.shape(member.returns, receiver=value)
        for value in link.evaluate(right, frame)
        if isinstance(value, ExternalInstance)
        and (member := link.catalogue.member(value.path, "__rtruediv__")).returns is not None
    )
