"""Which objects that only one task at a time may use a coroutine will use, told where the coroutine is made.

Two coroutines share such an object when they name it alike: the same variable of the same scope, or the same
attribute of the same variable. What a call gives anew each time (`factory()`) is never shared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Local, Name, Result
from loopaudit.static.link.calling import enter
from loopaudit.static.link.values import Awaitable, ExternalInstance, FunctionValue
from loopaudit.static.propagate.sight import has_role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Values

DEFS = re.compile(r"@[\d,]+")
MAX_DEPTH = 3
"""Methods of the same object that are followed to what they use of it."""


@dataclass(frozen=True, slots=True)
class Use:
    """An object as one scope names it. latest: the last def of the variable at its root that may reach here,
    -1 for a variable of another scope. site: the call that made the object, or -1."""

    scope: int
    words: str
    latest: int
    type_name: str
    site: int = -1

    @property
    def key(self) -> tuple[int, str]:
        return self.scope, self.words

    @property
    def expression(self) -> str:
        """The words of the source."""
        return DEFS.sub("", self.words)

    def of(self, attribute: str) -> Use:
        return replace(self, words=f"{self.words}.{attribute}")


def uses_of_coroutine(link: Linker, frame: Frame, position: int) -> tuple[Use, ...]:
    """What the coroutine that the `position`-th call of the frame's function makes will use."""
    call = link.index.body(frame.function).calls[position]
    given = (*call.args, *(value for _, value in call.keywords))
    return uses_of_started(link, frame, position, call.func, given)


def uses_of_started(
    link: Linker, frame: Frame, position: int, func: AnyExpr, rest: tuple[AnyExpr, ...]
) -> tuple[Use, ...]:
    """What a function will use that is called, or handed over, with its arguments: `start_soon(f, session)`;
    nothing, if it lets one task at a time in."""
    inner = [
        enter(link, value, link.given(frame, position))
        for value in link.evaluate(func, frame)
        if isinstance(value, FunctionValue)
    ]
    if inner and all(_takes_turns(link, each) for each in inner):
        return ()
    found = [*_among(link, frame, rest), *_of_callee(link, frame, func, inner)]
    return tuple(dict.fromkeys(found))


def bound_object(link: Linker, frame: Frame, expr: AnyExpr) -> Use | None:
    """The object an expression names, if only one task at a time may use it."""
    if not isinstance(expr, Local | Name | Attr):
        return None
    for value in link.evaluate(expr, frame):
        if isinstance(value, ExternalInstance) and has_role(link, value.path, "bound_to_task"):
            named = _named(link, frame, expr)
            return replace(named, type_name=value.path, site=value.site) if named is not None else None
    return None


def _named(link: Linker, frame: Frame, expr: AnyExpr) -> Use | None:
    match expr:
        case Attr(base=base, name=name):
            inner = _named(link, frame, base)
            return inner.of(name) if inner is not None else None
        case Local(name=name, defs=positions) if positions:
            return _local(link, frame, name, positions)
        case Local(name=name) | Name(name=name):
            return Use(_owner(link, frame, name), name, -1, "")
        case _:
            return None


def _local(link: Linker, frame: Frame, name: str, positions: tuple[int, ...]) -> Use:
    """A variable of the frame's own function; bound more than once it is told apart by its defs."""
    body = link.index.body(frame.function)
    reaching: set[int] = set()
    for position in positions:
        definition = body.defs[position]
        while definition.kind in {"narrow", "exclude"} and isinstance(definition.value, Local):
            inner = definition.value.defs
            if len(inner) != 1 or inner[0] == position:
                break
            position = inner[0]
            definition = body.defs[position]
        reaching.add(position)
    is_single = len(link.index.bindings(frame.function).get(name, ())) == 1
    words = name if is_single else f"{name}@{','.join(map(str, sorted(reaching)))}"
    return Use(frame.function, words, max(reaching), "")


def _owner(link: Linker, frame: Frame, name: str) -> int:
    """The scope around the frame's function that binds a name; its module where none does."""
    scope = frame.parent
    while scope is not None:
        is_class = link.index.function(scope.function).kind == "class"
        if scope.parent is None or (not is_class and name in link.index.bindings(scope.function)):
            return scope.function
        scope = scope.parent
    return frame.function


def _among(link: Linker, frame: Frame, exprs: tuple[AnyExpr, ...]) -> Iterator[Use]:
    """The objects among arguments, and those that a coroutine among them will use."""
    for expr in exprs:
        found = bound_object(link, frame, expr)
        if found is not None:
            yield found
        elif isinstance(expr, Result) and is_coroutine(link.call_result(frame, expr.call)):
            yield from uses_of_coroutine(link, frame, expr.call)


def is_coroutine(values: Values) -> bool:
    """Whether a call gives something to await."""
    return any(isinstance(value, Awaitable) for value in values)


def _of_callee(link: Linker, frame: Frame, func: AnyExpr, callees: Iterable[Frame]) -> Iterator[Use]:
    """What a called function uses of its own: the object whose method it is, or what it captured."""
    receiver = None
    if isinstance(func, Attr):
        found = bound_object(link, frame, func.base)
        if found is not None:
            yield found
            return
        receiver = _named(link, frame, func.base)
    for inner in callees:
        yield from _seen_from(receiver, inner, _inside(link, inner, (inner.function,)))


def _seen_from(receiver: Use | None, inner: Frame, uses: Iterable[Use]) -> Iterator[Use]:
    """What a method uses of its object, in the words of who calls it on `receiver`."""
    for use in uses:
        if use.scope != inner.function:
            yield use
        elif receiver is not None:
            rest = use.words[use.words.index(".") :]
            yield replace(use, scope=receiver.scope, words=receiver.words + rest, latest=receiver.latest)


def _inside(link: Linker, frame: Frame, seen: tuple[int, ...]) -> Iterator[Use]:
    """What a function uses of its object (`self.session`, as its own scope says it) and of scopes around it;
    what it stores there itself is left out."""
    function, body = link.index.function(frame.function), link.index.body(frame.function)
    own = function.params[0].name if function.params and function.owner >= 0 else ""
    stored = {store.name for store in body.attr_stores}
    for position, call in enumerate(body.calls):
        base = call.func.base if isinstance(call.func, Attr) else call.func
        for expr in (base, *call.args, *(value for _, value in call.keywords)):
            found = bound_object(link, frame, expr)
            if found is None:
                continue
            root, _, attribute = found.words.partition(".")
            if found.scope != frame.function or (root == own and attribute and attribute not in stored):
                yield found
        if own and isinstance(base, Local) and base.name == own and base is not call.func:
            yield from _in_methods(link, frame, position, seen)


def _in_methods(link: Linker, frame: Frame, position: int, seen: tuple[int, ...]) -> Iterator[Use]:
    """What another method uses that a method calls on its own object."""
    func = link.index.body(frame.function).calls[position].func
    receiver = _named(link, frame, func.base) if isinstance(func, Attr) else None
    for value in link.evaluate(func, frame) if len(seen) <= MAX_DEPTH else ():
        if isinstance(value, FunctionValue) and value.function not in seen:
            inner = enter(link, value, link.given(frame, position))
            yield from _seen_from(receiver, inner, _inside(link, inner, (*seen, inner.function)))


def _takes_turns(link: Linker, frame: Frame) -> bool:
    """Whether the function lets one task at a time in: `async with self.lock:`."""
    return any(
        isinstance(value, ExternalInstance) and has_role(link, value.path, "excludes")
        for item in link.index.body(frame.function).withs
        if item.is_async
        for value in link.evaluate(item.value, frame)
    )
