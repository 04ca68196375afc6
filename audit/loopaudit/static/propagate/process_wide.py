"""One object for the whole process, used by handlers that serve many at a time: a session made at import,
at start-up, in the constructor of a singleton, or by a memoised function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Result
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.values import BoundExternal, External, ExternalInstance, split_site
from loopaudit.static.observations import SharedObject
from loopaudit.static.propagate.alone import STARTS_ONCE
from loopaudit.static.propagate.crossings import made_at, written
from loopaudit.static.propagate.sight import confidence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.sight import RoleCall, Sight

SERVES_MANY = frozenset(("endpoint", "websocket", "middleware", "dependency", "message", "resolver", "tool"))


def process_wide(sight: Sight) -> Iterator[SharedObject]:
    """Each such object once, where it is used first in the order of files."""
    first: dict[ExternalInstance, RoleCall] = {}
    for each in sight.calls_with("bound_to_task"):
        receiver = each.value.receiver if isinstance(each.value, BoundExternal) else None
        if not isinstance(receiver, ExternalInstance) or receiver.site < 0:
            continue
        if not any(root.kind in SERVES_MANY for root in sight.roots_of(each.frame)):
            continue
        known = first.get(receiver)
        if known is None or _order(sight, each) < _order(sight, known):
            first[receiver] = each
    for receiver, each in first.items():
        if _is_made_once(sight, split_site(receiver.site)[0]):
            yield _shared(sight, each, receiver)


def _order(sight: Sight, each: RoleCall) -> tuple[str, int, int]:
    return sight.link.index.path(each.frame.function), each.call.line, each.call.column


def _shared(sight: Sight, each: RoleCall, receiver: ExternalInstance) -> SharedObject:
    func = each.call.func
    expression = written(sight.link, getattr(func, "base", func), each.frame)
    use = sight.hop(each.frame.function, each.call.line, each.call.column, each.value.path)
    return SharedObject(
        at=sight.place(each.frame, each.call),
        type_name=receiver.path,
        expression=expression,
        how="process",
        runner="",
        made=made_at(sight.link, receiver, each.frame),
        uses=(use,),
        confidence=confidence_of(each.doubt),
        roots=sight.roots_of(each.frame),
    )


def _is_made_once(sight: Sight, function: int) -> bool:
    """Whether a function runs once in a process: a module, start-up code, the constructor of a singleton."""
    link = sight.link
    facts = link.index.function(function)
    if facts.kind == "module" or _is_memoised(link, function):
        return True
    kinds = [handler.root.kind for handler in sight.handlers if handler.frame.function == function]
    if kinds:
        return all(kind in STARTS_ONCE for kind in kinds)
    if facts.owner >= 0 and facts.name in {"__init__", "__post_init__"}:
        return _is_singleton(link, link.index.sibling(function, facts.owner))
    return False


def _is_memoised(link: Linker, function: int) -> bool:
    frame = link.definition_frame(link.frames.general(function))
    return any(
        row.once_only
        for decorator in link.index.function(function).decorators
        for value in link.evaluate(_called(link, frame, decorator), frame)
        if isinstance(value, External)
        for row in link.catalogue.callbacks(value.path)
    )


def _called(link: Linker, frame: Frame, decorator: AnyExpr) -> AnyExpr:
    """`lru_cache` of `@lru_cache(maxsize=1)`."""
    if isinstance(decorator, Result):
        return link.index.body(frame.function).calls[decorator.call].func
    return decorator


def _is_singleton(link: Linker, cls: int) -> bool:
    """Whether every call of a class stands in a module's own code."""
    names = [link.index.class_(each).name for each in (cls, *link.hierarchy.descendants(cls))]
    callers = [caller for name in names for caller in link.index.callers.get(name, ())]
    return bool(callers) and all(
        link.index.function(caller).kind == "module" and caller >> SHIFT << SHIFT == caller
        for caller in callers
    )
