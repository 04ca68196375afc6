"""Values that belong to the thread that made them, handed to another one (a sync Session in `to_thread`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import is_harmless
from loopaudit.findings import Hop
from loopaudit.static.expressions import Attr, Local, Name, Result
from loopaudit.static.link.calling import enter
from loopaudit.static.link.given import Given
from loopaudit.static.link.values import (
    BoundExternal,
    Container,
    ExternalInstance,
    FunctionValue,
    Partial,
    split_site,
)
from loopaudit.static.propagate.literals import arguments_of_maker
from loopaudit.static.propagate.steps import OFFLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values
    from loopaudit.static.propagate.steps import Step

THREADS = frozenset(("thread", "process"))


@dataclass(frozen=True, slots=True)
class Handed:
    """A thread-bound value on its way: its type, how the source names it, where it was made and is used."""

    type_name: str
    expression: str
    made: Hop
    used: Hop


def is_wrapper(frame: Frame, step: Step) -> bool:
    """Whether the function handed over came in as a parameter: the project's own offloader."""
    return step.handed is not None and any(step.handed in values for values in frame.bound.values())


def handed_over(link: Linker, frame: Frame, step: Step) -> Iterator[Handed]:
    """The thread-bound values that an offloading step takes along; each type once."""
    if step.what != OFFLOADS or step.callback is None or step.callback.runs not in THREADS:
        return
    seen: set[str] = set()
    for value, expression in _carried(link, frame, step):
        found = link.catalogue.type_of(value.path)
        if found is None or not found.thread_bound or found.name in seen:
            continue
        if found.bound_unless and is_harmless(found.bound_unless, arguments_of_maker(link, value)):
            continue
        seen.add(found.name)
        yield Handed(
            found.name, expression, made_at(link, value, frame), _used(link, frame, step, found.name)
        )


def _carried(link: Linker, frame: Frame, step: Step) -> Iterator[tuple[ExternalInstance, str]]:
    """Every library instance that goes along, with the words the source has for it."""
    if step.handed is not None:
        yield from _in_callable(link, step.handed, frame)
    if step.spot.call < 0:
        return
    call = link.index.body(frame.function).calls[step.spot.call]
    for expr in (*call.args, *(value for _, value in call.keywords)):
        for instance in _instances(link.evaluate(expr, frame)):
            yield instance, written(link, expr, frame)


def _in_callable(link: Linker, value: Value, frame: Frame) -> Iterator[tuple[ExternalInstance, str]]:
    match value:
        case BoundExternal(receiver=ExternalInstance() as receiver):
            yield receiver, _receiver_words(link, value, frame)
        case Partial(func=func, args=args, keywords=keywords):
            for values in (*args, *(values for _, values in keywords)):
                for instance in _instances(values):
                    yield instance, "an argument of the partial"
            for each in func:
                yield from _in_callable(link, each, frame)
        case FunctionValue():
            yield from _captured(link, value)
            yield from _held(link, value)
        case _:
            return


def _held(link: Linker, value: FunctionValue) -> Iterator[tuple[ExternalInstance, str]]:
    """What a method uses of its object (`self.session`), unless the method itself made it."""
    function = link.index.function(value.function)
    if value.receiver is None or not function.params:
        return
    frame = enter(link, value, Given())
    for call in link.index.body(value.function).calls:
        base = call.func.base if isinstance(call.func, Attr) else None
        if not isinstance(base, Attr) or not isinstance(base.base, Local):
            continue
        if base.base.name == function.params[0].name:
            for instance in _instances(link.evaluate(base, frame)):
                if instance.site < 0 or split_site(instance.site)[0] != value.function:
                    yield instance, written(link, base, frame)


def _receiver_words(link: Linker, value: BoundExternal, frame: Frame) -> str:
    for call in link.index.body(frame.function).calls:
        for expr in call.args:
            if isinstance(expr, Attr) and expr.name == value.name:
                return written(link, expr.base, frame)
    return "it"


def _captured(link: Linker, value: FunctionValue) -> Iterator[tuple[ExternalInstance, str]]:
    """What a nested function or lambda uses of the scope it was written in."""
    function = link.index.function(value.function)
    body = link.index.body(value.function)
    frame = link.frames.make(value.function, value.parent, {})
    own = {param.name for param in function.params}
    for call in body.calls:
        for expr in (call.func, *call.args):
            base = expr.base if isinstance(expr, Attr) else expr
            if isinstance(base, Name) and base.name not in own:
                for instance in _instances(link.evaluate(base, frame)):
                    if not _is_global(link, base.name, value) or _is_made_at_import(link, instance):
                        yield instance, base.name


def _is_made_at_import(link: Linker, instance: ExternalInstance) -> bool:
    """One object for the whole process, made by the thread that imported the module."""
    return instance.site >= 0 and link.index.function(split_site(instance.site)[0]).kind == "module"


def _is_global(link: Linker, name: str, value: FunctionValue) -> bool:
    scope: Frame | None = value.parent
    while scope is not None and scope.parent is not None:
        if name in link.index.bindings(scope.function):
            return False
        scope = scope.parent
    return True


def _instances(values: Values) -> Iterator[ExternalInstance]:
    for value in values:
        if isinstance(value, ExternalInstance):
            yield value
        elif isinstance(value, Container):
            yield from _instances(value.element)


def written(link: Linker, expr: AnyExpr, frame: Frame) -> str:
    """An expression in the words of the source, as far as facts keep them."""
    match expr:
        case Local(name=name) | Name(name=name):
            return name
        case Attr(base=base, name=name):
            return f"{written(link, base, frame)}.{name}"
        case Result(call=call):
            return f"{written(link, link.index.body(frame.function).calls[call].func, frame)}(...)"
        case _:
            return "it"


def made_at(link: Linker, value: ExternalInstance, frame: Frame) -> Hop:
    """The call that made an object, or the function that was given it."""
    if value.site >= 0:
        function, position = split_site(value.site)
        call = link.index.body(function).calls[position]
        return Hop(
            link.index.path(function), call.line, call.column, link.index.qualified_name(function), value.path
        )
    function = frame.function
    facts = link.index.function(function)
    return Hop(
        link.index.path(function), facts.line, facts.column, link.index.qualified_name(function), value.path
    )


def _used(link: Linker, frame: Frame, step: Step, type_name: str) -> Hop:
    """The first call on such a value inside the function handed over, else the offload itself."""
    inner = step.frame
    if inner is not None:
        for call in link.index.body(inner.function).calls:
            if not isinstance(call.func, Attr):
                continue
            for value in link.evaluate(call.func, inner):
                if isinstance(value, BoundExternal) and _is_of(link, value.receiver, type_name):
                    name = link.index.qualified_name(inner.function)
                    return Hop(link.index.path(inner.function), call.line, call.column, name, value.path)
    name = link.index.qualified_name(frame.function)
    return Hop(link.index.path(frame.function), step.spot.line, step.spot.column, name, step.calls)


def _is_of(link: Linker, receiver: Value, type_name: str) -> bool:
    return isinstance(receiver, ExternalInstance) and link.catalogue.is_subclass(receiver.path, type_name)
