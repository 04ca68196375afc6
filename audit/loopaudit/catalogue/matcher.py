"""Questions about a name, answered by the rows: what it is called, whether it blocks, what it gives.

Builtins have bare names (`open`, `input`, `map`); `canonical` drops `builtins.` and follows aliases.
Dunders are members like any other: `with x` asks for `__enter__` and `__exit__`, `for y in x` for `__iter__`,
`x()` for `__call__`, and each may be a primitive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import msgspec

from loopaudit.catalogue.aliases import follow, kin
from loopaudit.catalogue.model import (
    BaseClass,
    Callback,
    Entry,
    ExternalType,
    Member,
    Mount,
    Primitive,
    Role,
    Rows,
    TypeExpr,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rows, indexed by canonical name. Every answer is a dictionary look-up, kept once it was asked."""

    rows: Rows
    _primitives: Mapping[str, Primitive]
    _types: Mapping[str, ExternalType]
    _aliases: Mapping[str, str]
    _callbacks: Mapping[str, tuple[Callback, ...]]
    _entries: Mapping[str, tuple[Entry, ...]]
    _mounts: Mapping[str, Mount]
    _base_classes: Mapping[str, tuple[BaseClass, ...]]
    _values: Mapping[str, Value]
    _roles: Mapping[str, tuple[Role, ...]]
    _attributes: Mapping[str, TypeExpr]
    _objects: Mapping[str, TypeExpr]
    _tops: frozenset[str]
    keyed_names: frozenset[str]
    """What objects that a project keeps things in by key are usually called."""
    _canonical: dict[str, str] = field(default_factory=dict)
    _members: dict[tuple[str, str], Member] = field(default_factory=dict)

    def canonical(self, path: str) -> str:
        """The name rows use for `path`: `requests.api.get` is `requests.get`, `builtins.open` is `open`."""
        known = self._canonical.get(path)
        if known is None:
            known = self._canonical[path] = follow(self._aliases, path.removeprefix("builtins."))
        return known

    def primitive(self, path: str) -> Primitive | None:
        """The row that says that calling `path` blocks. Asks for the name itself, not through bases."""
        return self._primitives.get(self.canonical(path))

    def type_of(self, path: str) -> ExternalType | None:
        """The library class called `path`."""
        return self._types.get(self.canonical(path))

    def returns(self, path: str) -> TypeExpr | None:
        """What calling `path` gives; of a known class, an instance."""
        name = self.canonical(path)
        primitive = self._primitives.get(name)
        if primitive is not None and primitive.returns is not None:
            return primitive.returns
        value = self._values.get(name)
        if value is not None:
            return value.returns
        return TypeExpr(name) if name in self._types else None

    def object_at(self, path: str) -> TypeExpr | None:
        """What the library object called `path` is."""
        return self._objects.get(self.canonical(path))

    def member(self, type_path: str, name: str) -> Member:
        """Member `name` of a library class, through its bases; a `default` type answers with its default
        primitive under the member's own name. A member without a row is harmless and gives nothing."""
        owner = self.canonical(type_path)
        known = self._members.get((owner, name))
        if known is None:
            known = self._members[owner, name] = self._find_member(owner, name)
        return known

    def at(self, path: str) -> Member:
        """What is known about a dotted path: a function, a class, or a class's member (`Session.commit`)."""
        name = self.canonical(path)
        if name in self._types or self._has_row(name):
            return self._describe(name)
        owner, _, last = name.rpartition(".")
        return self.member(owner, last) if owner in self._types else Member(name)

    def bases(self, type_path: str) -> tuple[str, ...]:
        """The class itself and its library bases, nearest first, each once."""
        order: dict[str, None] = {}
        pending = [self.canonical(type_path)]
        while pending:
            name = pending.pop(0)
            if name in order:
                continue
            order[name] = None
            found = self._types.get(name)
            pending.extend(self.canonical(base) for base in ((*found.bases, *found.like) if found else ()))
        return tuple(order)

    def takes(self, type_path: str) -> tuple[str, ...]:
        """The methods that put something into an object of this class."""
        found = (self._types.get(base) for base in self.bases(type_path))
        return next((row.takes for row in found if row is not None and row.takes), ())

    def is_subclass(self, type_path: str, base: str) -> bool:
        """Whether `base` is among the bases of `type_path` (or is the same class)."""
        return self.canonical(base) in self.bases(type_path)

    def callbacks(self, path: str) -> tuple[Callback, ...]:
        """How `path` runs the functions given to it."""
        return self._callbacks.get(self.canonical(path), ())

    def entries(self, path: str) -> tuple[Entry, ...]:
        """How `path` takes in handlers."""
        return self._entries.get(self.canonical(path), ())

    def mount(self, path: str) -> Mount | None:
        """How `path` puts one router under another."""
        return self._mounts.get(self.canonical(path))

    def roles(self, path: str) -> tuple[Role, ...]:
        """What `path` means to the rules that are not about blocking; `path` is a canonical name."""
        return self._roles.get(path, ())

    def base_classes(self, path: str) -> tuple[BaseClass, ...]:
        """Which methods of a project subclass of `path` a framework calls; those of the nearest first."""
        return tuple(row for name in self.bases(path) for row in self._base_classes.get(name, ()))

    def is_known_module(self, top: str) -> bool:
        """Whether any row is about the top-level module `top`."""
        return top in self._tops

    def _has_row(self, name: str) -> bool:
        return (
            name in self._primitives
            or name in self._values
            or name in self._attributes
            or name in self._callbacks
            or name in self._entries
            or name in self._mounts
            or name in self._roles
        )

    def _find_member(self, owner: str, name: str) -> Member:
        order = self.bases(owner)
        for base in order:
            path = self.canonical(f"{base}.{name}")
            if self._has_row(path):
                return self._describe(path)
        if not name.startswith("_"):
            for base in order:
                found = self._types.get(base)
                if found is not None and found.default:
                    return self._default_member(found, name)
                if found is not None and found.any_attribute is not None:
                    return Member(f"{owner}.{name}", None, found.any_attribute, True, True)
        return Member(f"{owner}.{name}")

    def _default_member(self, owner: ExternalType, name: str) -> Member:
        path = f"{owner.name}.{name}"
        primitive = msgspec.structs.replace(self._primitives[owner.default], name=path)
        return Member(path, primitive, primitive.returns, is_known=True)

    def _describe(self, path: str) -> Member:
        owner, _, last = path.rpartition(".")
        holder = self._types.get(owner)
        attribute = self._attributes.get(path)
        is_property = attribute is not None or (holder is not None and last in holder.blocking_properties)
        returns = self.returns(path)
        return Member(path, self._primitives.get(path), returns or attribute, True, is_property)


def index_rows(rows: Rows) -> Catalogue:
    """Make a catalogue of rows that the loader has found valid; of two rows with one name the later holds."""
    types = {row.name: row for row in rows.types}
    primitives = {row.name: row for row in rows.primitives}
    callbacks = _group((row.name, row) for row in rows.callbacks)
    entries = _group((row.name, row) for row in rows.entries)
    values = {row.name: row for row in rows.values}
    roles = _group((row.name, row) for row in rows.roles)
    objects = {row.name: row.returns for row in rows.objects}
    aliases = dict(rows.aliases)
    aliases |= {name: name for name in types if kin(aliases, name) is not None}
    named = (primitives, types, callbacks, entries, values, roles, aliases)
    return Catalogue(
        rows=rows,
        _primitives=primitives,
        _types=types,
        _aliases=aliases,
        _callbacks=callbacks,
        _entries=entries,
        _mounts={row.name: row for row in rows.mounts},
        _base_classes=_group((row.name, row) for row in rows.base_classes),
        _values=values,
        _roles=roles,
        _attributes={f"{row.name}.{key}": expr for row in rows.types for key, expr in row.attributes}
        | objects,
        _objects=objects,
        _tops=frozenset(name.partition(".")[0] for table in named for name in table),
        keyed_names=frozenset(name for row in rows.types for name in row.keyed),
    )


def _group(pairs: Iterable[tuple[str, Row]]) -> dict[str, tuple[Row, ...]]:
    grouped: dict[str, tuple[Row, ...]] = {}
    for name, row in pairs:
        grouped[name] = (*grouped.get(name, ()), row)
    return grouped
