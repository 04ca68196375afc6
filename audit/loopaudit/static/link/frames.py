"""Frames: one function, told apart by what its callers gave it, within bounds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loopaudit.static.link.memo import Kept
from loopaudit.static.link.values import (
    CALLABLES,
    Awaitable,
    Constant,
    Container,
    Context,
    Decided,
    Decorated,
    ExternalInstance,
    Frame,
    FunctionValue,
    Instance,
    Iterator,
    Partial,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loopaudit.static.link.index import Index

MAX_FRAMES = 12
"""Contexts kept for one function; further callers share the general one."""
MAX_DECORATIONS = 256
"""The same where all that is given are functions of the project: a decorator, an offloader, and what they
define inside. Each decorated function needs one: they grow with the project, not with its paths."""
MAX_VARIANTS = 12
"""Ways in which the constants of callers decide one context."""
MAX_DEPTH = 5
MAX_BOUND_VALUES = 8
MAX_KEYS = 16
"""A dict with more keys is a document, not a bundle of arguments."""


class Frames:
    """Makes frames and makes each only once, so that they compare by identity."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[tuple[object, ...], Frame] = {}
        self._asked: dict[tuple[object, ...], Frame] = {}
        """What `make` answered, also where it had to generalise."""
        self._counts: Counter[int] = Counter()
        self._variants: Counter[Frame] = Counter()
        self.general: Callable[[int], Frame] = Kept(self._make_general).__getitem__
        """The frame that knows nothing but where the function stands."""

    def _make_general(self, function: int) -> Frame:
        parent_index = self._index.function(function).parent
        parent = None
        if parent_index >= 0 and self._index.sibling(function, parent_index) != function:
            parent = self.general(self._index.sibling(function, parent_index))
        return self.make(function, parent, {}, is_general=True)

    def make(
        self,
        function: int,
        parent: Frame | None,
        bound: Mapping[str, Values],
        *,
        is_general: bool = False,
    ) -> Frame:
        """The frame of `function` under `parent` with these bindings; past the bounds a more general one."""
        key = (function, parent, tuple(bound.items()))
        known = self._asked.get(key)
        if known is None:
            known = self._asked[key] = self._make(function, parent, bound, is_general)
        return known

    def _make(
        self, function: int, parent: Frame | None, bound: Mapping[str, Values], is_general: bool
    ) -> Frame:
        depth = 1 + max((frame_depth(values) for values in bound.values()), default=0)
        depth = max(depth, parent.depth if parent is not None else 0)
        if depth > MAX_DEPTH:
            bound = {name: values for name, values in bound.items() if not frame_depth(values)}
            depth = max(1, min(parent.depth if parent is not None else 1, MAX_DEPTH))
        key = (function, parent, tuple(bound.items()))
        known = self._known.get(key)
        if known is not None:
            return known
        decided = {name: values for name, values in bound.items() if _is_decided(values)}
        if decided:
            return self._variant(function, parent, bound, decided)
        limit = MAX_DECORATIONS if _is_decoration(parent, bound) else MAX_FRAMES
        if not is_general and self._counts[function] >= limit:
            return self._nearest(function, parent, bound)
        self._counts[function] += 1
        return self._add(key, Frame(len(self._known), function, parent, dict(bound), depth))

    def _add(self, key: tuple[object, ...], frame: Frame) -> Frame:
        self._known[key] = frame
        return frame

    def _variant(
        self, function: int, parent: Frame | None, bound: Mapping[str, Values], decided: Mapping[str, Values]
    ) -> Frame:
        """A frame that is told apart by constants, beside the one without them; past the bound that one."""
        plain = self.make(
            function, parent, {name: values for name, values in bound.items() if name not in decided}
        )
        if self._variants[plain] >= MAX_VARIANTS:
            return plain
        merged = {**plain.bound, **decided}
        key = (function, plain.parent, tuple(merged.items()))
        known = self._known.get(key)
        if known is None:
            self._variants[plain] += 1
            frame = Frame(len(self._known), function, plain.parent, merged, plain.depth)
            known = self._add(key, frame)
        return known

    def _nearest(self, function: int, parent: Frame | None, bound: Mapping[str, Values]) -> Frame:
        """Past the bound only the receiver is kept (there are not many), and past twice that nothing."""
        receiver = {name: values for name, values in list(bound.items())[:1] if _is_receiver(values)}
        key = (function, parent, tuple(receiver.items()))
        known = self._known.get(key)
        if known is None and self._counts[function] < 4 * MAX_FRAMES and receiver:
            self._counts[function] += 1
            known = self._add(key, Frame(len(self._known), function, parent, receiver, 1))
        if known is None and parent is not None and parent.bound and bound:
            return self.make(function, parent, {})  # what the scope around it was given is worth more
        return known or self.general(function)


def _is_decoration(parent: Frame | None, bound: Mapping[str, Values]) -> bool:
    """Whether only functions of the project were given, here or to the decorator around."""
    if not bound:
        return parent is not None and _is_decoration(parent.parent, parent.bound)
    return all(
        isinstance(value, FunctionValue) and not value.parent.bound
        for values in bound.values()
        for value in values
    )


def _is_decided(values: Values) -> bool:
    return bool(values) and isinstance(values[0], Decided)


def _is_receiver(values: Values) -> bool:
    return len(values) == 1 and isinstance(values[0], Instance)


def frame_depth(values: Values) -> int:
    """How many frames nest inside these values."""
    return max((_depth(value) for value in values), default=0)


def _depth(value: Value) -> int:
    match value:
        case FunctionValue(parent=parent):
            return parent.depth if parent.bound or parent.depth > 1 else 0
        case Decorated(original=inner) | Awaitable(value=inner) | Context(value=inner):
            return frame_depth(inner)
        case Iterator(element=inner) | Container(element=inner):
            return frame_depth(inner)
        case Instance(made=Frame() as made):
            return made.depth
        case Partial(func=func, args=args):
            return max(frame_depth(func), *(frame_depth(each) for each in args), 0)
        case _:
            return 0


def is_worth_binding(values: Values) -> bool:
    """Whether a caller's argument tells the function something: a callable, or an object of known type."""
    if not values or len(values) > MAX_BOUND_VALUES:
        return False
    return any(
        not isinstance(value, Constant | Container)
        or (isinstance(value, Container) and _holds_objects(value))
        for value in values
    )


def _holds_objects(container: Container) -> bool:
    """Whether there are functions or objects in the container; of plain data nothing is learnt."""
    return len(container.keyed) <= MAX_KEYS and any(
        isinstance(value, (*CALLABLES, Instance, ExternalInstance)) for value in container.element
    )


def has_callable(values: Values) -> bool:
    """Whether a function, class or partial is among the values (or inside a container of them)."""
    return any(
        isinstance(value, CALLABLES) or (isinstance(value, Container) and has_callable(value.element))
        for value in values
    )


def trim(values: Values, tracked: frozenset[str]) -> Values:
    """Values as a frame keeps them: without constants, and without sites that tell nothing apart."""
    if len(values) == 1 and isinstance(values[0], Instance):
        return values
    kept: dict[Value, None] = {}
    for value in values:
        if isinstance(value, ExternalInstance) and value.site >= 0 and value.path not in tracked:
            kept[ExternalInstance(value.path, of=value.of)] = None
        elif not isinstance(value, Constant):
            kept[value] = None
    return tuple(kept)
