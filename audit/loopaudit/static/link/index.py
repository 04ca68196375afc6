"""Every module, function and class of the project by number and by name; bodies are decoded when asked for.

A function's number is its module's index shifted by SHIFT, plus its index in the module; classes alike.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from loopaudit.static.link.decorations import Decorations
from loopaudit.static.link.memo import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from loopaudit.static.facts import Body, Class, Function, Module
    from loopaudit.static.workers import Facts

Item = TypeVar("Item")

SHIFT = 20
MASK = (1 << SHIFT) - 1


class Index:
    """The facts of all files, in the order of their paths, with look-ups by name built when first needed.

    The questions asked a million times are dictionary look-ups without a function of Python around them:
    `function(number)`, `class_(number)`, `body(number)` (decoded when first asked for), and
    `bindings(number)`, the names a scope binds -> indexes of the defs that bind them (not those that only
    narrow).
    """

    def __init__(self, facts: Sequence[Facts]) -> None:
        self.facts = sorted(facts, key=lambda each: each.file.relative)
        self.own_modules = len(self.facts)
        """Modules from this number on are libraries' (`add`): reached by number, never by name."""
        self._functions = [each.module.functions for each in self.facts]
        self._classes = [each.module.classes for each in self.facts]
        self._function_numbers = dict(_numbered(self._functions))
        self._class_numbers = dict(_numbered(self._classes))
        self.function: Callable[[int], Function] = self._function_numbers.__getitem__
        self.class_: Callable[[int], Class] = self._class_numbers.__getitem__
        self.body: Callable[[int], Body] = Kept(self._read_body).__getitem__
        self.bindings: Callable[[int], Mapping[str, tuple[int, ...]]] = Kept(self._read_bindings).__getitem__

    def add(self, facts: Facts) -> int:
        """Take in the file of a library and give its module's number. No look-up by name learns of it, for
        what a library calls its methods says nothing about the project."""
        module = len(self.facts)
        self.facts.append(facts)
        functions = dict(_numbered([facts.module.functions], module))
        self._function_numbers.update(functions)
        self.global_writers.update(self._global_writers(functions))
        self._class_numbers.update(_numbered([facts.module.classes], module))
        return module

    def is_library(self, number: int) -> bool:
        """Whether a function or class stands in a library."""
        return number >> SHIFT >= self.own_modules

    def module_of(self, number: int) -> Module:
        """The module a function or class stands in."""
        return self.facts[number >> SHIFT].module

    def module(self, index: int) -> Module:
        return self.facts[index].module

    def path(self, number: int) -> str:
        """The file a function or class stands in, relative and POSIX."""
        return self.facts[number >> SHIFT].file.relative

    def qualified_name(self, number: int) -> str:
        """`package.module.Class.method` of a function."""
        facts = self.facts[number >> SHIFT]
        function = facts.module.functions[number & MASK]
        module = facts.file.modules[0] if facts.file.modules else facts.file.relative
        return f"{module}.{function.qualname}" if function.kind != "module" else module

    def sibling(self, number: int, index: int) -> int:
        """Another function (or class) of the same module."""
        return number >> SHIFT << SHIFT | index

    def _read_body(self, number: int) -> Body:
        return self.function(number).body()

    def _read_bindings(self, number: int) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for position, definition in enumerate(self.body(number).defs):
            if definition.scope == "local" and definition.kind not in _DERIVED:
                found[definition.name].append(position)
        return {name: tuple(defs) for name, defs in found.items()}

    @cached_property
    def functions(self) -> tuple[int, ...]:
        """Every function number, files in order."""
        return tuple(
            module << SHIFT | position
            for module, functions in enumerate(self._functions)
            for position in range(len(functions))
        )

    @cached_property
    def classes(self) -> tuple[int, ...]:
        return tuple(
            module << SHIFT | position
            for module, classes in enumerate(self._classes)
            for position in range(len(classes))
        )

    @cached_property
    def primary_modules(self) -> Mapping[str, int]:
        """Dotted name -> module, by the name the file has from its own root."""
        found: dict[str, int] = {}
        for index, facts in enumerate(self.facts[: self.own_modules]):
            for name in facts.file.modules[:1]:
                found.setdefault(name, index)
        return found

    @cached_property
    def other_modules(self) -> Mapping[str, tuple[int, ...]]:
        """Dotted name -> modules that may answer to it when another folder is on the path."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, facts in enumerate(self.facts[: self.own_modules]):
            for name in facts.file.modules:
                found[name].append(index)
        return {name: tuple(indexes) for name, indexes in found.items()}

    @cached_property
    def packages(self) -> frozenset[str]:
        """Every proper prefix of a module name: packages, with or without `__init__`."""
        return frozenset(
            prefix for name in self.other_modules for prefix in _prefixes(name) if prefix != name
        )

    @cached_property
    def callers(self) -> Mapping[str, tuple[int, ...]]:
        """Terminal name -> functions that call something of that name."""
        return self._by_word("called")

    def named(self, name: str, most: int) -> tuple[int, ...]:
        """The functions of that name, and the constructors of the classes; none when there are more."""
        found = self._named.get(name, ())
        return found if len(found) <= most else ()

    @cached_property
    def _named(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number in self.functions:
            function = self.function(number)
            if function.kind in {"def", "async"}:
                found[function.name].append(number)
                if function.name == "__init__" and function.owner >= 0:
                    found[self.class_(self.sibling(number, function.owner)).name].append(number)
        return {name: tuple(numbers) for name, numbers in found.items()}

    def decorated(self, name: str) -> tuple[int, ...]:
        """The functions decorated with `@name`, `@x.name`, `@name(...)` or `@x.name(...)`."""
        return self._decorations.functions(name)

    def decorated_classes(self, name: str) -> tuple[int, ...]:
        """The classes decorated in one of these ways."""
        return self._decorations.classes(name)

    @cached_property
    def _decorations(self) -> Decorations:
        return Decorations(self)

    @cached_property
    def storers(self) -> Mapping[str, tuple[int, ...]]:
        """Attribute name -> functions that store an attribute of that name."""
        return self._by_word("stored")

    @cached_property
    def readers(self) -> Mapping[str, tuple[int, ...]]:
        """Attribute name -> functions that read an attribute of that name."""
        return self._by_word("read")

    @cached_property
    def global_writers(self) -> dict[tuple[int, str], tuple[int, ...]]:
        """(module, name) -> functions that bind the module's name by `global`."""
        return self._global_writers(self.functions)

    def _global_writers(self, functions: Iterable[int]) -> dict[tuple[int, str], tuple[int, ...]]:
        found: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number in functions:
            for name in self.function(number).globals:
                found[number >> SHIFT, name].append(number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    def _by_word(self, field: str) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for module, functions in enumerate(self._functions):
            for position, function in enumerate(functions):
                names: tuple[str, ...] = getattr(function, field)
                for name in names:
                    found[name].append(module << SHIFT | position)
        return {name: tuple(numbers) for name, numbers in found.items()}


def _numbered(modules: Sequence[Sequence[Item]], first: int = 0) -> Iterator[tuple[int, Item]]:
    for module, items in enumerate(modules, first):
        for position, item in enumerate(items):
            yield module << SHIFT | position, item


_DERIVED = frozenset(("narrow", "exclude", "delete"))


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
