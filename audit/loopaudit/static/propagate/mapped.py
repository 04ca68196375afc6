"""Classes that are rows of a table: which of their attributes are loaded with a row, and which only later."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.arguments import Argument, Arguments
from loopaudit.catalogue.conditions import is_harmless
from loopaudit.static.expressions import Const, Item, Pairs, Result
from loopaudit.static.link.given import Given
from loopaudit.static.link.values import External
from loopaudit.static.propagate.literals import arguments_of
from loopaudit.static.propagate.sight import has_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Role
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call, Def
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame


class Relationship(msgspec.Struct, frozen=True):
    """An attribute that leads to other rows. name: qualified, for people. is_lazy: reading it sends a query.
    is_many: it is declared as a collection."""

    name: str
    is_lazy: bool
    is_many: bool


class Mapped:
    """What the class bodies of a project say."""

    def __init__(self, link: Linker) -> None:
        self._link = link
        self._known: dict[int, dict[str, Relationship]] = {}

    @cached_property
    def relationship_names(self) -> frozenset[str]:
        """The names of all relationships of the project: who reads none of them needs no second look."""
        return frozenset(name for cls in self._bodies_with_relationships() for name in self._own(cls))

    def relationship(self, cls: int, name: str) -> Relationship | None:
        """A relationship of the class or of its bases."""
        for each in self._link.hierarchy.order(cls):
            found = self._own(each).get(name)
            if found is not None:
                return found
        return None

    def is_column(self, cls: int, name: str) -> bool:
        """Whether reading the attribute of an object may have to ask the database."""
        if name.startswith("_") or not self.is_mapped(cls):
            return False
        index = self._link.index
        for each in self._link.hierarchy.order(cls):
            body = index.sibling(each, index.class_(each).body)
            for position in index.bindings(body).get(name, ()):
                return index.body(body).defs[position].kind in {"assign", "annotation"}
        return False

    def is_mapped(self, cls: int) -> bool:
        return any(has_role(self._link, base, "mapped") for base in self._link.hierarchy.external_bases(cls))

    def _bodies_with_relationships(self) -> Iterator[int]:
        words = {row.name.rpartition(".")[2] for row in self._link.catalogue.rows.roles if _is_about(row)}
        bodies = {number for word in words for number in self._link.index.callers.get(word, ())}
        for number in sorted(bodies):
            function = self._link.index.function(number)
            if function.kind == "class":
                yield self._link.index.sibling(number, function.owner)

    def _own(self, cls: int) -> dict[str, Relationship]:
        known = self._known.get(cls)
        if known is None:
            known = self._known[cls] = dict(self._read(cls))
        return known

    def _read(self, cls: int) -> Iterator[tuple[str, Relationship]]:
        index = self._link.index
        body = index.sibling(cls, index.class_(cls).body)
        frame = self._link.frames.general(body)
        for definition in index.body(body).defs:
            if definition.kind != "assign" or not isinstance(definition.value, Result):
                continue
            call = index.body(body).calls[definition.value.call]
            for value in self._link.evaluate(call.func, frame):
                rows = self._link.catalogue.roles(value.path) if isinstance(value, External) else ()
                for row in rows:
                    if _is_about(row):
                        name = f"{index.qualified_name(body)}.{definition.name}"
                        is_lazy = not is_harmless(row.unless, self._told(call, frame, row))
                        yield definition.name, Relationship(name, is_lazy, _is_many(definition))

    def _told(self, call: Call, frame: Frame, row: Role) -> Arguments:
        """The arguments, and what stands in a dictionary among them (`sa_relationship_kwargs={"lazy": ...}`)."""
        given = arguments_of(self._link, Given.of(call, frame, -1))
        inside = {
            str(key.value): Argument(value.value, is_known=True) if isinstance(value, Const) else Argument()
            for _, expr in call.keywords
            if isinstance(expr, Pairs)
            for key, value in zip(expr.keys, expr.values, strict=True)
            if isinstance(key, Const) and key.value in row.arguments
        }
        return Arguments(
            given.positional, {**given.keywords, **inside}, given.is_open, given.receiver_made_by
        )


def _is_about(row: Role) -> bool:
    return row.role == "relationship"


def _is_many(definition: Def) -> bool:
    """Whether the annotation names a collection: `Mapped[list["Post"]]`, `list["Post"]`."""
    return definition.annotation is not None and _names_collection(definition.annotation)


def _names_collection(expr: AnyExpr) -> bool:
    if isinstance(expr, Item):
        name = getattr(expr.base, "name", "")
        return name in {"list", "List", "set", "Set", "Sequence", "dict"} or _names_collection(expr.key)
    return False
