"""Names that lead into an installed library: what stands behind them in its source, where no row speaks.

A library's function or class stays a dotted path (`External`) until somebody calls it or asks for a member.
Then the catalogue is asked first, and only about what it does not know the source is: its file joins the
index, so that all other questions are answered as for the project's own. The other way round, what a library
calls by its own name is a path again as soon as a row knows it, be it under the name users import it by.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Imported
from loopaudit.static.libraries import TOO_LARGE
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.values import (
    ClassValue,
    External,
    ExternalInstance,
    Instance,
    Values,
    union,
)

if TYPE_CHECKING:
    from loopaudit.catalogue.model import Member
    from loopaudit.static.discover import SourceFile
    from loopaudit.static.libraries import Libraries
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

MAX_REEXPORTS = 6
"""Imports of imports that are followed to where something is defined."""
OPENED, MADE = 20, 21
"""First words of the memo's keys."""


class Library:
    """Opens dotted paths, and lets the index grow by the files that they lead to."""

    def __init__(self, link: Linker, libraries: Libraries) -> None:
        self._link = link
        self._libraries = libraries
        self._modules: dict[str, int | None] = {}
        self._rows: dict[tuple[int, str], External | None] = {}
        self._owners = _class_owners(link)

    def open(self, path: str) -> Values:
        """What a dotted path means in the source; empty where the catalogue knows better, or nobody does."""
        if path.partition(".")[0] in sys.stdlib_module_names or "." not in path:
            return ()
        return self._link.memo.ask((OPENED, self._link.word(path)), self._open, path)

    def expanded(self, values: Values) -> Values:
        """The values to be called, functions of libraries being what the source says where no row does."""
        if not any(isinstance(value, External) for value in values):
            return values
        return union(
            (self.open(value.path) if isinstance(value, External) else ()) or (value,) for value in values
        )

    def made(self, path: str) -> Values:
        """The objects of the library that an instance of `path` may be, be it a class or a function."""
        return self._link.memo.ask((MADE, self._link.word(path)), self._made, path)

    def _made(self, path: str) -> Values:
        opened = self.open(path)
        return union(
            (Instance(each.index, exact=True),) if isinstance(each, ClassValue) else self._link.apply(each)
            for each in opened
            if each != External(path)
        )

    def _open(self, path: str) -> Values:
        from loopaudit.static.link import imports  # which leads back here by way of evaluation

        if self.is_known(path):
            return ()
        for file, rest in self._libraries.candidates(path):
            module = self._module(file) if rest else None
            if module is None:
                continue
            values = imports.member(self._link, module, rest[0])
            for name in rest[1:]:
                values = union(self._link.attribute(value, name) for value in values)
            settled = union(self._settled(value, path) for value in values)
            if settled:
                return settled
        return ()

    def _settled(self, value: Value, asked: str) -> Values:
        """A name that leads on is followed to its end, or to a row."""
        if not isinstance(value, External):
            return (value,)
        if self.is_known(value.path):
            return (value,)
        return self.open(value.path) if value.path != asked else ()

    def leave_the_rest(self) -> None:
        """Somebody found the libraries too large to be followed everywhere; the user is told."""
        self._libraries.note = self._libraries.note or TOO_LARGE

    def _module(self, file: SourceFile) -> int | None:
        if file.path not in self._modules:
            facts = self._libraries.read(file)
            index = None if facts is None or not facts.module.functions else self._link.index.add(facts)
            self._modules[file.path] = index
            if index is not None:
                self._learn(index)
        return self._modules[file.path]

    def _learn(self, module: int) -> None:
        """Words that the linker must not pass over from now on."""
        link = self._link
        for function in link.index.module(module).functions:
            link.plain_methods.discard(function.name)
            words = [terminal_name(each) for each in function.decorators]
            if any("property" in word for word in words):
                link.property_names.add(function.name)
            elif "setter" in words:
                link.setter_names.add(function.name)

    def is_known(self, path: str) -> bool:
        """Whether the catalogue says something about the path, or about the class it is a member of: of a
        class with rows, members without one do no harm."""
        catalogue = self._link.catalogue
        canonical = catalogue.canonical(path)
        owner = canonical.rpartition(".")[0]
        is_of_known_class = owner in self._owners or catalogue.type_of(owner) is not None
        return is_of_known_class or canonical in self._owners or self._link.knows(canonical)

    def row_of(self, number: int, qualname: str) -> External | None:
        """The path by which the catalogue knows a function or class of a library's source, if it does."""
        key = (number, qualname)  # functions and classes are numbered each for themselves
        if key not in self._rows:
            self._rows[key] = self._find_row(number >> SHIFT, qualname)
        return self._rows[key]

    def _find_row(self, module: int, qualname: str) -> External | None:
        home = self._link.index.facts[module].file.module
        package = home
        while package:
            path = f"{package}.{qualname}"
            is_same = package == home or self._leads_to(package, qualname, module)
            if self.is_known(path) and is_same:
                return External(self._link.catalogue.canonical(path))
            package = package.rpartition(".")[0]
        return None

    def _leads_to(self, package: str, name: str, module: int) -> bool:
        """Whether `from package import name` gives what the module defines by that name."""
        for _ in range(MAX_REEXPORTS):
            here = self._home(package)
            if here == module:
                return True
            step = self._import_of(here, name) if here is not None else None
            if step is None:
                return False
            package, name = step
        return False

    def _home(self, module: str) -> int | None:
        file, rest = next(iter(self._libraries.candidates(module)), (None, ()))
        return self._module(file) if file is not None and not rest else None

    def _import_of(self, module: int, name: str) -> tuple[str, str] | None:
        from loopaudit.static.link import imports  # as above

        scope = module << SHIFT
        for position in self._link.index.bindings(scope).get(name, ()):
            value = self._link.index.body(scope).defs[position].value
            if isinstance(value, Imported) and value.name:
                target = imports.absolute_name(self._link, module, value)
                if target:
                    return target, value.name
        return None


def objects(link: Linker, value: ExternalInstance) -> Values:
    """What an instance of a library's class is in the source, where no row knows the class."""
    if link.library is None or link.catalogue.type_of(value.path) is not None:
        return ()
    return tuple(each for each in link.library.made(value.path) if each != value)


def is_tamed(link: Linker, cls: int, member: Member) -> bool:
    """Whether a library's class inherits a wait for another thread: it has rules of its own for when that is
    asked for (a future that is handed out only when it is done)."""
    is_wait = member.primitive is not None and member.primitive.kind == "lock"
    return is_wait and link.index.is_library(cls)


def row_of(link: Linker, number: int, qualname: str) -> External | None:
    """The name of a row about what a library's own source defines here: the row has the last word."""
    if link.library is None or "." in qualname or not link.index.is_library(number):
        return None
    return link.library.row_of(number, qualname)


def _class_owners(link: Linker) -> frozenset[str]:
    """The classes that any row is about: of these the catalogue has the last word."""
    rows = link.catalogue.rows
    tables = (rows.primitives, rows.values, rows.callbacks, rows.entries, rows.mounts)
    owners = {row.name.rpartition(".")[0] for table in tables for row in table}
    return frozenset(owner for owner in owners if owner.rpartition(".")[2][:1].isupper())
