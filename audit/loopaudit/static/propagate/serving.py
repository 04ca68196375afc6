"""Whether the program serves what a row is about on a loop: a GraphQL schema has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import BoundExternal, External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import BaseClass, Entry
    from loopaudit.static.link.linker import Linker


class Serving:
    """Looks once for each set of servers (`served_by`)."""

    def __init__(self, link: Linker) -> None:
        self._link = link
        self._known: dict[tuple[str, ...], bool] = {(): True}

    def serves(self, row: Entry | BaseClass) -> bool:
        """Whether the program calls one of the servers that make the row true of it."""
        known = self._known.get(row.served_by)
        if known is None:
            known = self._known[row.served_by] = any(self._is_called(name) for name in row.served_by)
        return known

    def holds(self, row: Entry | BaseClass, cls: int) -> bool:
        """Whether the row is true of what the body of this class holds (-1: of no class)."""
        if not self.serves(row):
            return False
        bases = self._link.hierarchy.external_bases(cls) if row.not_in and cls >= 0 else ()
        catalogue = self._link.catalogue
        return not any(catalogue.is_subclass(base, other) for base in bases for other in row.not_in)

    def _is_called(self, name: str) -> bool:
        canonical = self._link.catalogue.canonical(name)
        return canonical in self._called_as(name.rpartition(".")[2])

    def _called_as(self, word: str) -> Iterator[str]:
        for number in self._link.index.callers.get(word, ()):
            frame = self._link.frames.general(number)
            for call in self._link.index.body(number).calls:
                if terminal_name(call.func) == word:
                    for value in self._link.evaluate(call.func, frame):
                        if isinstance(value, External | BoundExternal):
                            yield value.path
