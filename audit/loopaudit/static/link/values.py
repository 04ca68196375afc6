"""What an expression may be: abstract values, and frames that tell apart the calls of one function.

A set of values is a tuple without repetition, in the order of discovery, so that every run sees the same
order. The empty tuple means: nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.deciding import Test  # noqa: TC001 (msgspec reads the annotations)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loopaudit.catalogue.model import TypeExpr

MAX_VALUES = 48
"""A set that grows past this is cut: dispatch over more candidates says nothing certain about any."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A function together with what this caller gave it; two frames are the same only if interned as one.

    bound: parameter name -> values, for what the function itself cannot know (self, functions, untyped
    parameters). parent: the frame it was defined in. depth: how deeply frames nest inside frames.
    """

    number: int
    function: int
    parent: Frame | None
    bound: Mapping[str, Values]
    depth: int


class ProjectModule(msgspec.Struct, frozen=True):
    """A module of the project, by its index."""

    index: int


class Namespace(msgspec.Struct, frozen=True):
    """A package without `__init__`, by its dotted name."""

    name: str


class External(msgspec.Struct, frozen=True):
    """A module, class or function of a library, by its canonical dotted path."""

    path: str


class ExternalInstance(msgspec.Struct, frozen=True):
    """An instance of a library class. site: where it was made (`call_site`), or -1. of: the project's objects
    that it hands out (the `Post` of `Post.objects`)."""

    path: str
    site: int = -1
    of: Values = ()


class BoundExternal(msgspec.Struct, frozen=True):
    """A method taken from a library instance; path is the member's canonical path."""

    path: str
    receiver: Value
    name: str


class ClassValue(msgspec.Struct, frozen=True):
    """A class of the project; open when it may as well be one that derives from it (`type[Base]`, `cls`)."""

    index: int
    is_open: bool = False


class Instance(msgspec.Struct, frozen=True):
    """An instance of a project class; exact when it was seen being constructed, else a subclass may hide.

    made: the frame of its constructor, if it stands for what that was given (`standins`)."""

    cls: int
    exact: bool = False
    made: Frame | None = None


class FunctionValue(msgspec.Struct, frozen=True):
    """A function of the project, closed over `parent`, bound to `receiver` if it is a method."""

    function: int
    parent: Frame
    receiver: Value | None = None


class Decorated(msgspec.Struct, frozen=True):
    """A function wrapped by the library decorator `by`; `result` tells what calling it gives."""

    original: Values
    by: str
    result: TypeExpr | None


class Partial(msgspec.Struct, frozen=True):
    """`functools.partial(func, *args, **keywords)`."""

    func: Values
    args: tuple[Values, ...]
    keywords: tuple[tuple[str, Values], ...]


class Container(msgspec.Struct, frozen=True):
    """kind: list | tuple | set | dict. element: of a dict its values. items: of a tuple whose length is
    known. keyed: of a dict display, its constant keys."""

    kind: str
    element: Values
    items: tuple[Values, ...] = ()
    keyed: tuple[tuple[str | int, Values], ...] = ()


class ContainerMethod(msgspec.Struct, frozen=True):
    """A method of a builtin container (`d.get`)."""

    container: Container
    name: str


class Awaitable(msgspec.Struct, frozen=True):
    value: Values


class Iterator(msgspec.Struct, frozen=True):
    """What a generator function (its `origin`) or a library gives; iterating it runs the origin's body."""

    element: Values
    is_async: bool = False
    origin: Frame | None = None


class Context(msgspec.Struct, frozen=True):
    """A context manager of a library that binds `value`."""

    value: Values
    is_async: bool = False


class Constant(msgspec.Struct, frozen=True):
    value: str | int | float | bool | None


class Decided(msgspec.Struct, frozen=True):
    """What a frame keeps of a caller's constant: its type, its truth, and how the tests that wait for it come
    out (`told`, without the positions of the parameters). It is never the value of an expression."""

    kind: str
    truth: bool
    told: tuple[tuple[Test, bool], ...] = ()


class Super(msgspec.Struct, frozen=True):
    """`super()` inside a method of `cls`, for `receiver`."""

    cls: int
    receiver: Value


Value = (
    ProjectModule
    | Namespace
    | External
    | ExternalInstance
    | BoundExternal
    | ClassValue
    | Instance
    | FunctionValue
    | Decorated
    | Partial
    | Container
    | ContainerMethod
    | Awaitable
    | Iterator
    | Context
    | Constant
    | Decided
    | Super
)
Values = tuple[Value, ...]
CALLABLES = (FunctionValue, Decorated, Partial, ClassValue)


def union(parts: Iterable[Values]) -> Values:
    """All values of all parts, each once, in order, at most MAX_VALUES."""
    told = [part for part in parts if part]
    if len(told) < 2:
        return told[0] if told else ()
    merged = dict.fromkeys(chain.from_iterable(told))
    if len(merged) > MAX_VALUES:
        return tuple(merged)[:MAX_VALUES]
    return tuple(merged)


MAX_NESTING = 3
"""Containers inside containers whose contents are kept."""


def shallow(values: Values) -> Values:
    """The values as a container keeps them: what lies deeper than MAX_NESTING is forgotten."""
    return tuple(
        Container(value.kind, ())
        if isinstance(value, Container) and _nesting(value) >= MAX_NESTING
        else value
        for value in values
    )


def _nesting(container: Container) -> int:
    inner = (value for value in container.element if isinstance(value, Container))
    return 1 + max((_nesting(value) for value in inner), default=0)


def says_something(values: Values) -> bool:
    """Whether there is more among the values than constants and containers of nobody knows what."""
    return any(
        not isinstance(value, Constant) and not (isinstance(value, Container) and not value.element)
        for value in values
    )


def call_site(function: int, call: int) -> int:
    """One number for a call in the whole program; `split_site` undoes it."""
    return function << 24 | call


def split_site(site: int) -> tuple[int, int]:
    """The function and the index of the call in its body."""
    return site >> 24, site & 0xFFFFFF
