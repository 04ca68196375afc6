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
    Items,
    Local,
    Name,
    Operation,
    Result,
    Starred,
)
from loopaudit.static.link.calling import enter
from loopaudit.static.link.values import (
    BoundExternal,
    ClassValue,
    External,
    ExternalInstance,
    FunctionValue,
)
from loopaudit.static.propagate.sight import has_role
from loopaudit.static.propagate.strands import bound_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loopaudit.catalogue.model import Role
    from loopaudit.findings import Hop
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call, Function
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.sight import Sight
    from loopaudit.static.propagate.strands import Use

MAX_STEPS = 24
"""Variables, calls and functions that one object is traced through."""
EVERYTHING = "*"
"""Among the names that were loaded: nobody knows which, so all may have been."""


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


class Tracer:
    """Traces objects and statements back through one program."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._link = sight.link
        self.option_words = words_of(sight.link, "loader_options")
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

    def roles(self, frame: Frame, position: int) -> Iterator[Role]:
        """The roles of what a call calls."""
        call = self._link.index.body(frame.function).calls[position]
        for value in self._link.evaluate(call.func, frame):
            if isinstance(value, External | BoundExternal):
                yield from self._link.catalogue.roles(value.path)

    def _got(self, frame: Frame, position: int, role: Role) -> Loaded | None:
        call = self._link.index.body(frame.function).calls[position]
        cls = self._entity(frame, self.argument(frame, position, role))
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

    def argument(self, frame: Frame, position: int, role: Role) -> AnyExpr | None:
        """The first argument of a call that the role is about."""
        given = self._link.given(frame, position)
        found = (given.find(name) for name in role.arguments)
        return next((argument.expr for argument in found if argument is not None), None)

    def _entity(self, frame: Frame, expr: AnyExpr | None) -> int | None:
        values = self._link.evaluate(expr, frame) if expr is not None else ()
        return values[0].index if len(values) == 1 and isinstance(values[0], ClassValue) else None

    def asked(self, frame: Frame, expr: AnyExpr, steps: int) -> tuple[int, frozenset[str]] | None:
        """The class a statement asks for, and the relationships it loads with it."""
        if steps > MAX_STEPS:
            return None
        match expr:
            case Local(defs=positions) if positions:
                body = self._link.index.body(frame.function)
                defs = [body.defs[position] for position in positions]
                if any(each.kind != "assign" or each.path for each in defs):
                    return None
                ways = [self.asked(frame, each.value, steps + len(defs)) for each in defs]
                known = [way for way in ways if way is not None]
                if len(known) < len(ways) or len({cls for cls, _ in known}) != 1:
                    return None
                return known[0][0], frozenset().union(*(names for _, names in known))
            case Result(call=position):
                return self._asked_by(frame, position, steps + 1)
            case _:
                return None

    def _asked_by(self, frame: Frame, position: int, steps: int) -> tuple[int, frozenset[str]] | None:
        call = self._link.index.body(frame.function).calls[position]
        if any(role.role == "query" for role in self.roles(frame, position)):
            cls = self._entity(frame, call.args[0]) if len(call.args) == 1 else None
            return None if cls is None else (cls, frozenset())
        if isinstance(call.func, Attr):
            inner = self.asked(frame, call.func.base, steps)
            if inner is not None:
                if call.func.name not in self.option_words:
                    return inner
                names = {name for each in call.args for name in self.mentioned(frame, each)}
                return inner[0], inner[1] | names
        for inner_frame in self._callees(frame, position):
            ways = [
                self.asked(inner_frame, each, steps)
                for each in self._link.index.body(inner_frame.function).returns
            ]
            return ways[0] if len(ways) == 1 else None
        return None

    def _callees(self, frame: Frame, position: int) -> Iterator[Frame]:
        """The one function of the project that a call calls."""
        call = self._link.index.body(frame.function).calls[position]
        values = self._link.evaluate(call.func, frame)
        if len(values) == 1 and isinstance(values[0], FunctionValue):
            yield enter(self._link, values[0], self._link.given(frame, position))

    def _returned(self, frame: Frame, position: int, steps: int) -> Loaded | None:
        """What a function of the project returns, its session in the words of nobody here."""
        call = self._link.index.body(frame.function).calls[position]
        for inner in self._callees(frame, position):
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

    def mentioned(self, frame: Frame, expr: AnyExpr) -> Iterator[str]:
        """The attribute names in loader options; EVERYTHING for what comes from elsewhere."""
        match expr:
            case Attr(base=base, name=name):
                yield name
                yield from self.mentioned(frame, base) if isinstance(base, Result | Attr) else ()
            case Result(call=position):
                call = self._link.index.body(frame.function).calls[position]
                yield from self.mentioned(frame, call.func) if isinstance(call.func, Attr) else ()
                for each in (*call.args, *(value for _, value in call.keywords)):
                    yield from self.mentioned(frame, each)
            case Items(items=several):
                for each in several:
                    yield from self.mentioned(frame, each)
            case Const(value=str() as name):
                yield name
            case Const():
                return
            case Local(defs=positions) if positions:
                yield from self._mentioned_by(frame, positions)
            case Local() | Name() | Starred() | Operation():
                yield EVERYTHING
            case _:
                yield EVERYTHING

    def _mentioned_by(self, frame: Frame, positions: tuple[int, ...]) -> Iterator[str]:
        body = self._link.index.body(frame.function)
        for position in positions:
            definition = body.defs[position]
            if definition.kind == "assign" and not isinstance(definition.value, Local):
                yield from self.mentioned(frame, definition.value)
            else:
                yield EVERYTHING


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


def words_of(link: Linker, role: str) -> frozenset[str]:
    """The last words of all that has the role, and its keywords."""
    rows = [row for row in link.catalogue.rows.roles if row.role == role]
    names = {row.name.rpartition(".")[2] for row in rows}
    return frozenset(names | {each for row in rows for each in row.arguments if not each.isdigit()})
