"""Reads of relationships that were not loaded with their object, in coroutines and in what they call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.findings import CONFIDENCES
from loopaudit.static.expressions import Attr, Local
from loopaudit.static.link.calling import enter
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import ClassValue, FunctionValue
from loopaudit.static.observations import LazyRead, Place
from loopaudit.static.propagate.crossings import written
from loopaudit.static.propagate.expired import Expirations
from loopaudit.static.propagate.loading import EVERYTHING, Tracer, passed_for, words_of
from loopaudit.static.propagate.mapped import Mapped
from loopaudit.static.propagate.sight import confidence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Load
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.loading import Loaded
    from loopaudit.static.propagate.sight import Sight


def lazy_reads(sight: Sight) -> tuple[LazyRead, ...]:
    """Each such read once, the surest of its contexts with the roots of all."""
    mapped, tracer = Mapped(sight.link), Tracer(sight)
    relationships, expirations = Relationships(sight, mapped, tracer), Expirations(sight, mapped, tracer)
    found: dict[tuple[str, int, int], LazyRead] = {}
    for frame in sight.coroutines():
        for read in (*relationships.reads(frame), *expirations.reads(frame)):
            key = (read.at.path, read.at.line, read.at.column)
            found[key] = _merged(found[key], read) if key in found else read
    return tuple(found[key] for key in sorted(found))


def _merged(first: LazyRead, second: LazyRead) -> LazyRead:
    best = min(first, second, key=lambda each: CONFIDENCES.index(each.confidence))
    return msgspec.structs.replace(best, roots=tuple(dict.fromkeys((*first.roots, *second.roots))))


class Relationships:
    """Finds relationships that are read and were not loaded."""

    def __init__(self, sight: Sight, mapped: Mapped, tracer: Tracer) -> None:
        self._sight = sight
        self._link = sight.link
        self._mapped = mapped
        self._tracer = tracer
        self._greenlet = frozenset(
            row.name.rpartition(".")[2]
            for row in sight.link.catalogue.rows.callbacks
            if row.runs == "greenlet"
        )
        self._awaiting = words_of(sight.link, "awaits_attribute")
        self._queries = words_of(sight.link, "query") | words_of(sight.link, "gets_object")

    def reads(self, frame: Frame) -> Iterator[LazyRead]:
        """The reads in one coroutine, and in the sync functions that it hands such an object."""
        function = self._link.index.function(frame.function)
        names = self._mapped.relationship_names
        if not names or not self._greenlet.isdisjoint(function.called):
            return
        if not names.isdisjoint(function.read):
            for load in self._link.index.body(frame.function).loads:
                if load.value.name in names:
                    found = self._tracer.loaded(frame, load.value.base)
                    if found is not None and self._is_lazy(frame, load.value.base, load.value.name, found):
                        yield self._read(frame, load, found)
        yield from self._handed_on(frame, names)

    def _read(self, frame: Frame, load: Load, found: Loaded) -> LazyRead:
        index = self._link.index
        name = index.qualified_name(frame.function)
        relationship = self._mapped.relationship(found.cls, load.value.name)
        full = relationship.name if relationship is not None else load.value.name
        return LazyRead(
            at=Place(index.path(frame.function), name, load.line, load.column, load.line),
            name=full,
            expression=written(self._link, load.value, frame),
            how="relationship",
            chain=(self._sight.hop(frame.function, load.line, load.column, full),),
            loaded=found.hops[0],
            confidence=confidence_of(min(len(found.hops) - 1, 1)),
            roots=self._sight.roots_of(frame),
        )

    def _is_lazy(self, frame: Frame, base: AnyExpr, name: str, found: Loaded) -> bool:
        """Whether reading `name` of the object needs a query that nobody has sent."""
        relationship = self._mapped.relationship(found.cls, name)
        if found.is_rows or relationship is None or not relationship.is_lazy:
            return False
        if name in found.names or EVERYTHING in found.names:
            return False
        if not relationship.is_many and self._asks_for_others(frame, found.cls):
            return False  # what a key leads to may be at hand already
        return not self._loaded_otherwise(frame, base, name)

    def _asks_for_others(self, frame: Frame, cls: int) -> bool:
        """Whether the function asks for objects of other classes too."""
        return any(
            isinstance(value, ClassValue) and value.index != cls and self._mapped.is_mapped(value.index)
            for call in self._link.index.body(frame.function).calls
            if terminal_name(call.func) in self._queries
            for expr in call.args
            for value in self._link.evaluate(expr, frame)
        )

    def _loaded_otherwise(self, frame: Frame, base: AnyExpr, name: str) -> bool:
        """`refresh(user, ["posts"])`, `await user.awaitable_attrs.posts`, `user.posts = []`, or options of
        another query of the same function, which load into the same object."""
        body = self._link.index.body(frame.function)
        words = written(self._link, base, frame)
        if any(
            store.name == name and written(self._link, store.base, frame) == words
            for store in body.attr_stores
        ):
            return True
        for load in body.loads:
            inner = load.value.base
            if load.value.name == name and isinstance(inner, Attr) and inner.name in self._awaiting:
                return True
        for position, call in enumerate(body.calls):
            if terminal_name(call.func) in self._tracer.option_words:
                names = {each for expr in call.args for each in self._tracer.mentioned(frame, expr)}
                if names & {name, EVERYTHING}:
                    return True
            if self._refreshed(frame, position) & {name, EVERYTHING}:
                return True
        return False

    def _refreshed(self, frame: Frame, position: int) -> frozenset[str]:
        """The attributes that a call loads again by name."""
        for role in self._tracer.roles(frame, position):
            if role.role == "refreshes":
                told = self._tracer.argument(frame, position, role)
                return frozenset(self._tracer.mentioned(frame, told)) if told is not None else frozenset()
        return frozenset()

    def _handed_on(self, frame: Frame, names: frozenset[str]) -> Iterator[LazyRead]:
        """Reads in a sync function of the project, or a method of the object's class, one call further."""
        for position, call in enumerate(self._link.index.body(frame.function).calls):
            exprs = [*call.args, *(value for _, value in call.keywords)]
            if isinstance(call.func, Attr):
                exprs.append(call.func.base)
            if not any(isinstance(expr, Local) for expr in exprs):
                continue
            for value in self._link.evaluate(call.func, frame):
                if isinstance(value, FunctionValue) and not names.isdisjoint(
                    self._link.index.function(value.function).read
                ):
                    yield from self._in_callee(frame, position, value, exprs)

    def _in_callee(
        self, frame: Frame, position: int, value: FunctionValue, exprs: list[AnyExpr]
    ) -> Iterator[LazyRead]:
        function = self._link.index.function(value.function)
        if function.is_async or self._link.index.is_library(value.function):
            return
        call = self._link.index.body(frame.function).calls[position]
        inner = enter(self._link, value, self._link.given(frame, position))
        for load in self._link.index.body(inner.function).loads:
            expr = passed_for(function, call, load.value.base, is_method=value.receiver is not None)
            if expr is None or load.value.name not in self._mapped.relationship_names:
                continue
            found = self._tracer.loaded(frame, expr)
            if found is not None and self._is_lazy(frame, expr, load.value.name, found):
                read = self._read(inner, load, found)
                name = self._link.index.qualified_name(inner.function)
                hop = self._sight.hop(frame.function, call.line, call.column, name)
                yield msgspec.structs.replace(
                    read,
                    at=self._sight.place(frame, call),
                    chain=(hop, *read.chain),
                    confidence=confidence_of(1),
                    roots=self._sight.roots_of(frame),
                )
