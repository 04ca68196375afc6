"""The calls and decorators that may hand a handler to a framework, told by their last words."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.catalogue.model import Entry
from loopaudit.static.expressions import Attr, Result
from loopaudit.static.link.hierarchy import terminal_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loopaudit.catalogue.model import Callback
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker

_CONTAINER_METHODS = frozenset(("append", "add", "extend", "insert", "update"))
"""Words on every page: with them the attribute before counts too (`app.on_startup.append(f)`)."""


class Registrars:
    """Knows the last words of the rows about handlers."""

    def __init__(self, link: Linker) -> None:
        self._link = link

    @cached_property
    def _rows(self) -> tuple[Entry, ...]:
        rows = self._link.catalogue.rows
        return rows.entries + tuple(as_entry(row) for row in rows.callbacks if row.runs == "loop")

    def entries(self, path: str) -> tuple[Entry, ...]:
        """How `path` takes in handlers, or functions that the loop calls later."""
        catalogue = self._link.catalogue
        later = (as_entry(row) for row in catalogue.callbacks(path) if row.runs == "loop")
        return (*catalogue.entries(path), *later)

    @cached_property
    def decorators(self) -> frozenset[str]:
        """Last words of what takes in the function it decorates."""
        return self._words(lambda row: row.handler == "decorated")

    @cached_property
    def _registrars(self) -> frozenset[str]:
        """Last words of what is given a handler as an argument."""
        return self._words(is_registrar) - _CONTAINER_METHODS

    @cached_property
    def words(self) -> frozenset[str]:
        """Last words of either."""
        return self._registrars | self.decorators

    def _words(self, is_wanted: Callable[[Entry], bool]) -> frozenset[str]:
        """Last words of these rows; of objects that are called, the attribute that holds them."""
        parts = [row.name.rpartition(".") for row in self._rows if is_wanted(row)]
        called = {owner for owner, _, last in parts if last == "__call__"}
        return frozenset(last for _, _, last in parts) | self._attributes_of(called)

    def _attributes_of(self, types: set[str]) -> frozenset[str]:
        """The attributes that hold one of these library types."""
        rows = self._link.catalogue.rows.types
        return frozenset(
            name for row in rows for name, expr in row.attributes if expr.head in types and not expr.args
        )

    @cached_property
    def _holders(self) -> Mapping[str, frozenset[str]]:
        """Container method -> the attributes in which a framework keeps a list of handlers."""
        parts = [row.name.rpartition(".") for row in self._rows if is_registrar(row)]
        return {
            word: self._attributes_of({owner for owner, _, last in parts if last == word})
            for word in sorted(_CONTAINER_METHODS & {last for _, _, last in parts})
        }

    def calls(self) -> Iterator[tuple[int, int]]:
        """Function and position of every call that may be given a handler, in source order."""
        index = self._link.index
        callers = {number for word in self.words for number in index.callers.get(word, ())}
        for word, attributes in self._holders.items():
            callers.update(n for n in index.callers.get(word, ()) if attributes & set(index.function(n).read))
        for number in sorted(callers):
            for position, call in enumerate(index.body(number).calls):
                if self.may_register(call, number):
                    yield number, position

    def may_register(self, call: Call, function: int) -> bool:
        """Whether a call in the body of this function is worth a look."""
        if isinstance(call.func, Result):
            made_by = self._link.index.body(function).calls[call.func.call]
            return terminal_name(made_by.func) in self.decorators
        word = terminal_name(call.func)
        if word in self._registrars:
            return True
        return (
            word in self._holders
            and isinstance(call.func, Attr)
            and terminal_name(call.func.base) in self._holders[word]
        )


def as_entry(row: Callback) -> Entry:
    """What the loop calls later is on the loop whoever asked for it: code at start-up, another thread."""
    return Entry(row.name, "callback", row.argument, "loop", row.library, why=row.why)


def is_registrar(row: Entry) -> bool:
    """Whether the row is about an argument. FastAPI's dependencies are looked for from the handler's side."""
    return row.handler != "decorated" and not (row.kind == "dependency" and row.sync == "pool")
