"""Who calls the coroutines: endpoints, middleware, tasks, whatever a framework takes in, by the rows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
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
    Constant,
    Container,
    Decorated,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    Partial,
    call_site,
)
from loopaudit.static.propagate.alone import PROGRAM, scripts
from loopaudit.static.propagate.decorations import Decorations
from loopaudit.static.propagate.registrars import Registrars, is_registrar
from loopaudit.static.propagate.routes import Routes
from loopaudit.static.propagate.serving import Serving
from loopaudit.static.propagate.subclasses import Subclasses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.catalogue.model import Entry
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values

AWAY = frozenset(("thread", "process", "queue"))
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
        self._registrars = Registrars(link)
        self._serving = Serving(link)
        self.decorations = Decorations(link, self._registrars.words)
        self._subclasses = Subclasses(link, self._serving)
        self._placed: set[int] = set()
        """Methods of classes that some route names, and decorators whose registrations were read."""
        self._asked_for: Callable[[int], tuple[Frame, ...]] = Kept(self._find_asked).__getitem__
        """The dependencies that a function's own parameters name."""

    def handlers(self) -> list[Handler]:
        """All handlers, in source order, dependencies of endpoints after them."""
        found = [*self._decorated(), *self._by_own_decorators(), *self._registered(), *self._inherited()]
        found += [
            Handler(each, "none", self._root(PROGRAM, "", "", each.function)) for each in scripts(self._link)
        ]
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
        if terminal_name(func) not in self._registrars.decorators:
            return
        for value in self._link.evaluate(func, frame):
            for entry in self._entries_of(value, frame):
                if entry.handler == "decorated":
                    yield from self._handle(entry, value, given, values, number)

    def _by_own_decorators(self) -> Iterator[Handler]:
        """What a decorator of the project registers, for each function it decorates."""
        for number, scope, options in self.decorations.scopes():
            for position, call in enumerate(self._link.index.body(scope.function).calls):
                if self._registrars.may_register(call, scope.function):
                    self._placed.add(scope.function)
                    yield from self._by_call(scope, position, number, options)

    def _registered(self) -> Iterator[Handler]:
        for number, position in self._registrars.calls():
            if number not in self._placed:
                yield from self._by_call(self._link.frames.general(number), position, -1, NOTHING)

    def _by_call(self, frame: Frame, position: int, number: int, options: Given) -> Iterator[Handler]:
        """What a call registers: `add_route("/x", f)`, `get("/x")(f)`."""
        calls = self._link.index.body(frame.function).calls
        made_by = calls[position].func
        written = made_by.call if isinstance(made_by, Result) else position
        call = calls[written]
        passed = Given.of(calls[position], frame, call_site(frame.function, position))
        given = Given.of(call, frame, call_site(frame.function, written))
        for value in self._link.evaluate(call.func, frame):
            for entry in self._entries_of(value, frame):
                if written != position:
                    argument = passed.at(0) if entry.handler == "decorated" else None
                else:
                    argument = given.find(entry.handler) if is_registrar(entry) else None
                if argument is not None:
                    handlers = argument.values(self._link)
                    yield from self._handle(entry, value, given, handlers, number, options)

    def _entries_of(self, value: Value, frame: Frame) -> tuple[Entry, ...]:
        """The rows about a value that is called, or decorates, in this frame."""
        path = ""
        if isinstance(value, External | BoundExternal):
            path = value.path
        elif isinstance(value, ExternalInstance):
            path = self._link.catalogue.member(value.path, "__call__").path
        elif isinstance(value, FunctionValue):  # a framework that is audited itself
            path = self._link.index.qualified_name(value.function)
        scope = self._link.index.function(frame.function)
        cls = self._link.index.sibling(frame.function, scope.owner) if scope.kind == "class" else -1
        return tuple(each for each in self._registrars.entries(path) if self._serving.holds(each, cls))

    def _handle(
        self,
        entry: Entry,
        registrar: Value,
        given: Given,
        values: Values,
        number: int,
        options: Given = NOTHING,
    ) -> Iterator[Handler]:
        routes = self._routes.full_paths(entry, registrar, given, options)
        sync = "pool" if self._is_threaded(entry, given) else entry.sync
        for method in self._routes.methods(entry, given):
            for route in routes:
                for frame in self._frames(values):
                    named = number if number >= 0 else frame.function
                    root = self._root(entry.kind, method, route, named)
                    yield Handler(frame, self._runs(frame, sync), root)
        yield from self._views(values, routes)

    def _views(self, values: Values, routes: tuple[str, ...]) -> Iterator[Handler]:
        """The methods of a class that was registered as the endpoint of a path."""
        for value in values:
            if not isinstance(value, ClassValue):
                continue
            for row, number, made in self._subclasses.methods_of(value.index):
                self._placed.add(number)
                verb = self._link.index.function(number).name.upper() if row.kind == "endpoint" else ""
                for route in routes:
                    root = self._root(row.kind, verb, route, number)
                    yield from (
                        Handler(each, self._runs(each, row.sync), root) for each in self._frames(made)
                    )

    def _is_threaded(self, entry: Entry, given: Given) -> bool:
        """Whether the registration sends a `def` handler to a thread, or may for all that is known."""
        flag = given.keyword(entry.threaded_by) if entry.threaded_by else None
        if flag is None:
            return False
        values = flag.values(self._link)
        return not values or any(not isinstance(value, Constant) or value.value for value in values)

    def _frames(self, values: Values) -> Iterator[Frame]:
        for value in values:
            match value:
                case FunctionValue():
                    yield enter(self._link, value, Given())
                case Decorated(by=by) if any(row.runs in AWAY for row in self._link.catalogue.callbacks(by)):
                    continue
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
        """Methods that a framework calls on project subclasses of its base classes, and no route names."""
        for row, number, values in self._subclasses.methods():
            if number in self._placed:
                continue
            root = self._root(row.kind, "", "", number)
            for frame in self._frames(values):
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
