"""Methods that a framework calls on the project's subclasses of its base classes, by the rows."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.static.link import members
from loopaudit.static.link.values import FunctionValue, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import BaseClass
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Values
    from loopaudit.static.propagate.serving import Serving


class Subclasses:
    """Answers which methods of which classes of the project a framework calls."""

    def __init__(self, link: Linker, serving: Serving) -> None:
        self._link = link
        self._serving = serving

    @cached_property
    def _last_words(self) -> frozenset[str]:
        return frozenset(row.name.rpartition(".")[2] for row in self._link.catalogue.rows.base_classes)

    def methods(self) -> Iterator[tuple[BaseClass, int, Values]]:
        """The row, the number of the method as written, and what its decorators made of it."""
        for cls in self._link.index.classes:
            yield from self.methods_of(cls)

    def _rows_of(self, cls: int) -> tuple[BaseClass, ...]:
        """The rows about the base classes of `cls`, the nearest base first."""
        if not self._link.index.class_(cls).bases:
            return ()
        catalogue = self._link.catalogue
        own = (path for each in self._link.hierarchy.order(cls)[1:] if (path := self._named(each)))
        bases = dict.fromkeys((*self._link.hierarchy.external_bases(cls), *own))
        return tuple(
            row for base in bases for row in catalogue.base_classes(base) if self._serving.holds(row, cls)
        )

    def _named(self, cls: int) -> str:
        """The path of a class that a row may be about: a framework that is audited itself has its own."""
        facts = self._link.index.class_(cls)
        if facts.name not in self._last_words:
            return ""
        return self._link.catalogue.canonical(self._link.index.qualified_name(self._body(cls)))

    def _body(self, cls: int) -> int:
        return self._link.index.sibling(cls, self._link.index.class_(cls).body)

    def methods_of(self, cls: int) -> Iterator[tuple[BaseClass, int, Values]]:
        """The same of one class."""
        rows = self._rows_of(cls)
        for name, position in dict(self._link.index.class_(cls).methods).items() if rows else ():
            row = next((row for row in rows if any(fnmatchcase(name, each) for each in row.methods)), None)
            if row is not None:
                number = self._link.index.sibling(cls, position)
                yield row, number, self._values(cls, number, name)

    def _values(self, cls: int, number: int, name: str) -> Values:
        receiver = Instance(cls)
        if members.is_property(self._link, number):
            return (FunctionValue(number, self._link.frames.general(self._body(cls)), receiver),)
        return members.of_class(self._link, cls, receiver, name) or ()
