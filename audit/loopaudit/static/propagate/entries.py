"""Who calls the coroutines: endpoints, middleware, tasks, whatever a framework takes in, by the rows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.findings import Endpoint, Root
from loopaudit.static.expressions import Result
from loopaudit.static.link.calling import enter
from loopaudit.static.link.given import Given
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.memo import Kept
from loopaudit.static.link.parameters import dependencies
from loopaudit.static.link.shapes import NOTHING
from loopaudit.static.link.values import (
    BoundExternal,
    ClassValue,
    Container,
    Decorated,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    Partial,
    call_site,
)
from loopaudit.static.propagate.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.catalogue.model import Entry
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values

STARTS_ONCE = frozenset(("startup", "shutdown", "lifespan"))
MAX_DEPENDENCIES = 64
"""Of one handler, those it asks for itself before those they ask for."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A function a framework calls: its frame, where it runs (loop, pool, process), how it is reached."""

    frame: Frame
    runs: str
    root: Root
    is_dependency: bool = False

    @property
    def is_endpoint(self) -> bool:
        return self.root.kind in {"endpoint", "websocket"} and not self.is_dependency


class Entries:
    """Finds the handlers of a program."""

    def __init__(self, link: Linker) -> None:
        self._link = link
        self._routes = Routes(link)
        self._asked_for: Callable[[int], tuple[Frame, ...]] = Kept(self._find_asked).__getitem__
        """The dependencies that a function's own parameters name."""

    @cached_property
    def _decorators(self) -> frozenset[str]:
        """Last words of what takes in the function it decorates."""
        return self._words(lambda row: row.handler == "decorated")

    @cached_property
    def _registrars(self) -> frozenset[str]:
        """Last words of what is given a handler as an argument."""
        return self._words(lambda row: row.handler != "decorated" and row.kind != "dependency")

    def _words(self, is_wanted: Callable[[Entry], bool]) -> frozenset[str]:
        """Last words of these rows; of objects that are called, the attribute that holds them."""
        rows = self._link.catalogue.rows
        parts = [row.name.rpartition(".") for row in rows.entries if is_wanted(row)]
        called = {owner for owner, _, last in parts if last == "__call__"}
        attributes = {
            name
            for row in rows.types
            for name, expr in row.attributes
            if expr.head in called and not expr.args
        }
        return frozenset(last for _, _, last in parts) | attributes

    def handlers(self) -> list[Handler]:
        """All handlers, in source order, dependencies of endpoints after them."""
        found = [*self._decorated(), *self._registered(), *self._inherited()]
        for handler in tuple(found):
            found.extend(self._dependencies(handler))
        return found

    def _decorated(self) -> Iterator[Handler]:
        for number in self._link.index.functions:
            function = self._link.index.function(number)
            if not function.decorators:
                continue
            frame = self._link.frames.general(self._link.index.sibling(number, max(function.parent, 0)))
            values: Values = (FunctionValue(number, frame),)
            for decorator in reversed(function.decorators):
                yield from self._by_decorator(decorator, frame, values, number)
                if len(function.decorators) > 1:
                    values = self._link.decorated(decorator, values, frame)

    def _by_decorator(
        self, decorator: AnyExpr, frame: Frame, values: Values, number: int
    ) -> Iterator[Handler]:
        given, func = NOTHING, decorator
        if isinstance(decorator, Result):
            call = self._link.index.body(frame.function).calls[decorator.call]
            given, func = Given.of(call, frame, call_site(frame.function, decorator.call)), call.func
        if terminal_name(func) not in self._decorators:
            return
        for value in self._link.evaluate(func, frame):
            for entry in self._entries_of(value):
                if entry.handler == "decorated":
                    yield from self._handle(entry, value, given, values, number)

    def _registered(self) -> Iterator[Handler]:
        callers = dict.fromkeys(
            number for word in sorted(self._registrars) for number in self._link.index.callers.get(word, ())
        )
        for number in sorted(callers):
            frame = self._link.frames.general(number)
            for position, call in enumerate(self._link.index.body(number).calls):
                if terminal_name(call.func) not in self._registrars:
                    continue
                given = Given.of(call, frame, call_site(number, position))
                for value in self._link.evaluate(call.func, frame):
                    for entry in self._entries_of(value):
                        argument = given.find(entry.handler) if entry.handler != "decorated" else None
                        if argument is not None and entry.kind != "dependency":
                            yield from self._handle(entry, value, given, argument.values(self._link), -1)

    def _entries_of(self, value: Value) -> tuple[Entry, ...]:
        if isinstance(value, External | BoundExternal):
            return self._link.catalogue.entries(value.path)
        if isinstance(value, ExternalInstance):
            return self._link.catalogue.entries(self._link.catalogue.member(value.path, "__call__").path)
        return ()

    def _handle(
        self, entry: Entry, registrar: Value, given: Given, values: Values, number: int
    ) -> Iterator[Handler]:
        routes = self._routes.full_paths(entry, registrar, given)
        for method in self._routes.methods(entry, given):
            for route in routes:
                for frame in self._frames(values):
                    named = number if number >= 0 else frame.function
                    root = self._root(entry.kind, method, route, named)
                    yield Handler(frame, self._runs(frame, entry.sync), root)

    def _frames(self, values: Values) -> Iterator[Frame]:
        for value in values:
            match value:
                case FunctionValue():
                    yield enter(self._link, value, Given())
                case Decorated(original=original) | Container(element=original) | Partial(func=original):
                    yield from self._frames(original)
                case ClassValue(index=index):
                    yield from self._frames(self._link.attribute(Instance(index, exact=True), "__call__"))
                case Instance():
                    yield from self._frames(self._link.attribute(value, "__call__"))
                case _:
                    continue

    def _runs(self, frame: Frame, sync: str) -> str:
        return "loop" if self._link.index.function(frame.function).is_async else sync

    def _root(self, kind: str, method: str, route: str, number: int) -> Root:
        index = self._link.index
        line = index.function(number).line
        return Root(kind, method, route, index.qualified_name(number), index.path(number), line)

    def _inherited(self) -> Iterator[Handler]:
        """Methods that a framework calls on project subclasses of its base classes."""
        link = self._link
        for cls in link.index.classes:
            if not link.index.class_(cls).bases:
                continue
            for base in link.hierarchy.external_bases(cls):
                row = link.catalogue.base_class(base)
                if row is None:
                    continue
                for name, position in link.index.class_(cls).methods:
                    if name in row.methods or "*" in row.methods:
                        number = link.index.sibling(cls, position)
                        parent = link.frames.general(link.index.sibling(cls, link.index.class_(cls).body))
                        value = FunctionValue(number, parent, Instance(cls))
                        frame = enter(link, value, Given())
                        root = self._root(row.kind, "", "", number)
                        yield Handler(frame, self._runs(frame, row.sync), root)

    def _dependencies(self, handler: Handler) -> Iterator[Handler]:
        """What the framework calls for the handler, each once, however many ask for it."""
        found = dict.fromkeys(self._asked_for(handler.frame.function))
        pending = deque(found)
        while pending and len(found) < MAX_DEPENDENCIES:
            for frame in self._asked_for(pending.popleft().function):
                if frame not in found:
                    found[frame] = None
                    pending.append(frame)
        for frame in list(found)[:MAX_DEPENDENCIES]:
            yield Handler(frame, self._runs(frame, "pool"), handler.root, is_dependency=True)

    def _find_asked(self, function: int) -> tuple[Frame, ...]:
        return tuple(self._frames(dependencies(self._link, function)))


def endpoint_of(link: Linker, handler: Handler) -> Endpoint:
    """The line `loopaudit routes` prints for a handler."""
    root = handler.root
    is_async = link.index.function(handler.frame.function).is_async
    return Endpoint(
        root.kind, root.method, root.route, root.function, root.path, root.line, is_async, handler.runs
    )
