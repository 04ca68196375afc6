"""What a type annotation says a value is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Const, Imported, Item, Items, Local, Name, Operation
from loopaudit.static.link import fields, imports
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.values import (
    Awaitable,
    ClassValue,
    Container,
    Context,
    External,
    ExternalInstance,
    Instance,
    Iterator,
    ProjectModule,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame

MAX_IMPORTS = 6
"""Imports of imports that are followed to an alias."""
_ALIAS = 32
"""A kind of question in the memo."""
_ALIASED = (Item, Operation, Local, Name, Attr)

_FORMS: Mapping[str, str] = {
    "Optional": "union", "Union": "union", "Annotated": "first", "Final": "first", "ClassVar": "first",
    "Required": "first", "NotRequired": "first", "ReadOnly": "first", "Mapped": "first",
    "List": "list", "Sequence": "list", "MutableSequence": "list", "Collection": "list", "Deque": "list",
    "Iterable": "iterator", "Iterator": "iterator", "Generator": "iterator", "list": "list", "deque": "list",
    "Set": "set", "FrozenSet": "set", "AbstractSet": "set", "MutableSet": "set", "set": "set",
    "frozenset": "set", "Dict": "dict", "Mapping": "dict", "MutableMapping": "dict", "DefaultDict": "dict",
    "defaultdict": "dict", "OrderedDict": "dict", "dict": "dict", "Tuple": "tuple", "tuple": "tuple",
    "Type": "type", "type": "type", "Awaitable": "awaitable", "Coroutine": "last_awaitable",
    "AsyncIterator": "async_iterator", "AsyncIterable": "async_iterator", "AsyncGenerator": "async_iterator",
    "ContextManager": "context", "AbstractContextManager": "context",
    "AsyncContextManager": "async_context", "AbstractAsyncContextManager": "async_context",
}  # fmt: skip
_HOMES = frozenset(
    ("typing", "typing_extensions", "collections", "collections.abc", "contextlib", "builtins", "")
)
_SILENT = frozenset(
    ("Any", "object", "Callable", "TypeVar", "Literal", "None", "ParamSpec", "Never", "NoReturn")
)


def annotated(link: Linker, expr: AnyExpr, frame: Frame) -> Values:
    """The values a variable annotated `expr` may have; empty for Any, callables and type variables."""
    return _read(link, expr, frame)


def _read(link: Linker, expr: AnyExpr, frame: Frame) -> Values:
    match expr:
        case Operation(method="__or__", left=left, right=right):
            return union((_read(link, left, frame), _read(link, right, frame)))
        case Item(base=base, key=key):
            return _generic(link, base, key, frame)
        case Const():
            return ()
        case Items(items=items):
            return union(_read(link, each, frame) for each in items)
        case Local() | Name() | Attr():
            return _named(link, expr, frame)
        case _:
            return union(_instance(link, value, frame) for value in link.evaluate(expr, frame))


def _named(link: Linker, expr: AnyExpr, frame: Frame) -> Values:
    alias = _alias(link, expr, frame)
    if alias is not None:
        scope, position = alias
        # Remembered, for aliases may name each other many times over, and themselves.
        return link.memo.ask((_ALIAS, scope.number, position), _read_alias, link, scope, position)
    return union(_instance(link, value, frame) for value in link.evaluate(expr, frame))


def _instance(link: Linker, value: object, frame: Frame) -> Values:
    match value:
        case ClassValue(index=index):
            return (
                (fields.as_mapping(link, index),)
                if link.hierarchy.is_typed_dict(index)
                else (Instance(index),)
            )
        case ExternalInstance():
            return (value,)  # annotated with an object, as in `stream: sys.stdin.buffer`
        case External(path=path):
            home, _, last = path.rpartition(".")
            if home in _HOMES:
                if last == "Self":
                    return _self_type(link, frame)
                if last in _SILENT:
                    return ()
                if last in _FORMS:
                    return _bare(last)
            return (ExternalInstance(path),)
        case _:
            return ()


def _bare(form: str) -> Values:
    kind = _FORMS[form]
    return (Container(kind, ()),) if kind in {"list", "set", "dict", "tuple"} else ()


def _self_type(link: Linker, frame: Frame) -> Values:
    scope: Frame | None = frame
    while scope is not None:
        owner = link.index.function(scope.function).owner
        if owner >= 0:
            return (Instance(link.index.sibling(scope.function, owner)),)
        scope = scope.parent
    return ()


def _generic(link: Linker, base: AnyExpr, key: AnyExpr, frame: Frame) -> Values:
    heads = link.evaluate(base, frame)
    parts = key.items if isinstance(key, Items) else (key,)
    found: list[Values] = []
    for head in heads:
        home, _, last = head.path.rpartition(".") if isinstance(head, External) else ("?", "", "")
        if (home in _HOMES and last in _FORMS) or last == "Mapped":
            found.append(_form(link, _FORMS[last], parts, frame))
        elif not (home in _HOMES and last in _SILENT):
            found.append(_holding(link, _instance(link, head, frame), parts[-1], frame))
    return union(found)


def _holding(link: Linker, values: Values, part: AnyExpr, frame: Frame) -> Values:
    """`ContextVar[Session]`: an object of a library that is known to hold something."""
    return tuple(
        ExternalInstance(value.path, value.site, _read(link, part, frame))
        if isinstance(value, ExternalInstance) and link.catalogue.takes(value.path)
        else value
        for value in values
    )


def _form(link: Linker, form: str, parts: tuple[AnyExpr, ...], frame: Frame) -> Values:
    def read(part: AnyExpr) -> Values:
        return _read(link, part, frame)

    match form:
        case "union":
            return union(read(part) for part in parts)
        case "first":
            return read(parts[0])
        case "list" | "set":
            return (Container(form, read(parts[0])),)
        case "dict":
            return (Container("dict", read(parts[-1])),)
        case "tuple":
            each = tuple(read(part) for part in parts)
            return (Container("tuple", union(each), () if len(parts) == 2 and not each[1] else each),)
        case "type":
            return tuple(
                ClassValue(value.cls, is_open=True) if isinstance(value, Instance) else External(value.path)
                for value in read(parts[0])
                if isinstance(value, Instance | ExternalInstance)
            )
        case "awaitable" | "last_awaitable":
            return (Awaitable(read(parts[-1])),)
        case "iterator" | "async_iterator":
            return (Iterator(read(parts[0]), form == "async_iterator"),)
        case _:
            return (Context(read(parts[0]), form == "async_context"),)


def unalias(link: Linker, expr: AnyExpr, frame: Frame) -> tuple[AnyExpr, Frame] | None:
    """The expression behind a type alias (`DB = Annotated[Session, Depends(get_db)]`) and where it stands."""
    found = _alias(link, expr, frame)
    return None if found is None else (link.index.body(found[0].function).defs[found[1]].value, found[0])


def _alias(link: Linker, expr: AnyExpr, frame: Frame) -> tuple[Frame, int] | None:
    """The definition of a type alias."""
    found = find_definition(link, expr, frame)
    if found is None:
        return None
    definition = link.index.body(found[0].function).defs[found[1]]
    is_alias = definition.kind == "assign" and isinstance(definition.value, _ALIASED)
    return found if is_alias else None


def _read_alias(link: Linker, scope: Frame, position: int) -> Values:
    return _read(link, link.index.body(scope.function).defs[position].value, scope)


def find_definition(link: Linker, expr: AnyExpr, frame: Frame) -> tuple[Frame, int] | None:
    """The one binding behind a name, followed through imports of the project."""
    for _ in range(MAX_IMPORTS):
        step = _binding(link, expr, frame)
        if step is None:
            return None
        scope, position = step
        value = link.index.body(scope.function).defs[position].value
        if not isinstance(value, Imported) or not value.name:
            return step
        module = imports.absolute_name(link, scope.function >> SHIFT, value)
        target = imports.find_module(link, module, scope.function >> SHIFT) if module else None
        if not isinstance(target, ProjectModule) or not link.index.module(target.index).functions:
            return None
        expr, frame = Name(value.name), link.frames.general(target.index << SHIFT)
        if _own_binding(link, frame, value.name) is None:
            return None
    return None


def _binding(link: Linker, expr: AnyExpr, frame: Frame) -> tuple[Frame, int] | None:
    match expr:
        case Local(defs=(only,)):
            return frame, only
        case Name(name=name) | Local(name=name, defs=()):
            scope: Frame | None = frame
            while scope is not None:
                found = _own_binding(link, scope, name)
                if found is not None:
                    return scope, found
                scope = scope.parent
            return None
        case Attr(base=base, name=name):
            for value in link.evaluate(base, frame):
                if isinstance(value, ProjectModule) and link.index.module(value.index).functions:
                    module = link.frames.general(value.index << SHIFT)
                    found = _own_binding(link, module, name)
                    return (module, found) if found is not None else None
            return None
        case _:
            return None


def _own_binding(link: Linker, frame: Frame, name: str) -> int | None:
    found = link.index.bindings(frame.function).get(name, ())
    return found[-1] if found else None
