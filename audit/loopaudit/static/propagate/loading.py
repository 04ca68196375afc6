"""Where an object came from: which class was asked for, on which session, and what was loaded with it.

An expression is traced back through the variables of its function, through the calls of a query
(`select(User).where(...).options(...)`, `session.execute(...)`, `.scalars().all()`) and through the functions
of the project that return such an object. What cannot be traced is nobody's object: the rules stay quiet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loopaudit.static.expressions import (
    Attr,
    Awaited,
    Choice,
    Const,
    Item,
    Local,
    Result,
    Starred,
)
from loopaudit.static.link.values import (
    BoundExternal,
    ExternalInstance,
)
from loopaudit.static.propagate.queries import MAX_STEPS, Queries, words_of
from loopaudit.static.propagate.sight import has_role
from loopaudit.static.propagate.strands import bound_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loopaudit.catalogue.model import Role
    from loopaudit.findings import Hop
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call, Function
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.sight import Sight
    from loopaudit.static.propagate.strands import Use


@dataclass(frozen=True, slots=True)
class Loaded:
    """An object of a mapped class, or several. names: the relationships loaded with it. session: what asked
    for it, as the function that asked says it. hops: the functions between, and the query last. line: of the
    call in the function the trace began in. is_rows: still rows, of which the object is the first column."""

    cls: int
    names: frozenset[str]
    session: Use | None
    hops: tuple[Hop, ...]
    line: int
    is_rows: bool = False


class Tracer(Queries):
    """Traces objects back through one program."""

    def __init__(self, sight: Sight) -> None:
        super().__init__(sight.link)
        self._sight = sight
        self._object_words = words_of(sight.link, "gives_objects")

    def loaded(self, frame: Frame, expr: AnyExpr, steps: int = 0) -> Loaded | None:
        """Where the object came from, if every way leads to one class."""
        if steps > MAX_STEPS:
            return None
        match expr:
            case Local(defs=positions) if positions:
                return self._of_variable(frame, positions, steps + len(positions))
            case Awaited(value=inner):
                return self.loaded(frame, inner, steps + 1)
            case Item(base=base, key=Const()):
                found = self.loaded(frame, base, steps + 1)
                return None if found is None else replace(found, is_rows=False)
            case Result(call=position):
                return self._of_call(frame, position, steps + 1)
            case Choice(options=options):
                return _agreed(self.loaded(frame, each, steps + 1) for each in options if not _is_none(each))
            case _:
                return None

    def _of_variable(self, frame: Frame, positions: tuple[int, ...], steps: int) -> Loaded | None:
        body = self._link.index.body(frame.function)
        found: list[Loaded | None] = []
        for position in positions:
            definition = body.defs[position]
            if definition.kind == "assign" and _is_none(definition.value):
                continue
            if definition.path or definition.kind not in {
                "assign",
                "iterate",
                "aiterate",
                "narrow",
                "exclude",
            }:
                return None
            found.append(self.loaded(frame, definition.value, steps))
        return _agreed(found)

    def _of_call(self, frame: Frame, position: int, steps: int) -> Loaded | None:
        call = self._link.index.body(frame.function).calls[position]
        for role in self.roles(frame, position):
            if role.role == "gets_object":
                return self._got(frame, position, role)
            if role.role == "runs_query":
                return self._queried(frame, position, role, steps)
        if isinstance(call.func, Attr) and self._is_of_result(frame, call.func):
            found = self.loaded(frame, call.func.base, steps)
            is_rows = found is not None and found.is_rows and call.func.name not in self._object_words
            return None if found is None else replace(found, is_rows=is_rows)
        return self._returned(frame, position, steps)

    def _is_of_result(self, frame: Frame, func: Attr) -> bool:
        """Whether a method is one of what a query gave: `.scalars()`, `.unique()`, `.all()`."""
        return any(
            isinstance(value, BoundExternal)
            and isinstance(value.receiver, ExternalInstance)
            and has_role(self._link, value.receiver.path, "query_result")
            for value in self._link.evaluate(func, frame)
        )

    def _got(self, frame: Frame, position: int, role: Role) -> Loaded | None:
        call = self._link.index.body(frame.function).calls[position]
        cls = self.entity(frame, self.argument(frame, position, role))
        names = frozenset(
            name
            for word, expr in call.keywords
            if word in self.option_words
            for name in self.mentioned(frame, expr)
        )
        return None if cls is None else self._from_here(frame, position, cls, names)

    def _queried(self, frame: Frame, position: int, role: Role, steps: int) -> Loaded | None:
        statement = self.argument(frame, position, role)
        asked = self.asked(frame, statement, steps) if statement is not None else None
        if asked is None:
            return None
        is_objects = any(each.role == "gives_objects" for each in self.roles(frame, position))
        return replace(self._from_here(frame, position, *asked), is_rows=not is_objects)

    def _from_here(self, frame: Frame, position: int, cls: int, names: frozenset[str]) -> Loaded:
        call = self._link.index.body(frame.function).calls[position]
        session = bound_object(self._link, frame, call.func.base) if isinstance(call.func, Attr) else None
        word = call.func.name if isinstance(call.func, Attr) else ""
        hop = self._sight.hop(frame.function, call.line, call.column, word)
        return Loaded(cls, names, session, (hop,), call.line)

    def _returned(self, frame: Frame, position: int, steps: int) -> Loaded | None:
        """What a function of the project returns, its session in the words of nobody here."""
        call = self._link.index.body(frame.function).calls[position]
        for inner in self.callees(frame, position):
            returns = [each for each in self._link.index.body(inner.function).returns if not _is_none(each)]
            found = _agreed(self.loaded(inner, each, steps + 2) for each in returns)
            if found is not None:
                name = self._link.index.qualified_name(inner.function)
                hop = self._sight.hop(frame.function, call.line, call.column, name)
                session = self._session_of(frame, position, inner, found.session)
                return replace(found, session=session, hops=(hop, *found.hops), line=call.line)
        return None

    def _session_of(self, frame: Frame, position: int, inner: Frame, session: Use | None) -> Use | None:
        """A session that the caller passed, in the caller's words."""
        if session is None or session.scope != inner.function:
            return None
        call, function = (
            self._link.index.body(frame.function).calls[position],
            self._link.index.function(inner.function),
        )
        base = Local(session.words, (session.latest,))
        passed = passed_for(function, call, base, is_method=function.owner >= 0)
        return bound_object(self._link, frame, passed) if passed is not None else None


def passed_for(function: Function, call: Call, base: AnyExpr, *, is_method: bool) -> AnyExpr | None:
    """What a call passes for the parameter that `base` is inside the called function, if it is one."""
    if not isinstance(base, Local) or len(base.defs) != 1 or not 0 <= base.defs[0] < len(function.params):
        return None
    position = base.defs[0]
    name = function.params[position].name
    if is_method:
        if position == 0:
            return call.func.base if isinstance(call.func, Attr) else None
        position -= 1
    if position < len(call.args):
        is_hidden = any(isinstance(each, Starred) for each in call.args[: position + 1])
        return None if is_hidden else call.args[position]
    return next((value for keyword, value in call.keywords if keyword == name), None)


def _agreed(ways: Iterable[Loaded | None]) -> Loaded | None:
    """One origin for an object that may come several ways: all to one class, with what any of them loads."""
    found = list(ways)
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found) or len({each.cls for each in known}) != 1:
        return None
    names = frozenset().union(*(each.names for each in known))
    return replace(known[0], names=names, is_rows=any(each.is_rows for each in known))


def _is_none(expr: AnyExpr) -> bool:
    return isinstance(expr, Const) and expr.value is None
