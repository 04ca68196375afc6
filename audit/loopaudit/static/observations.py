"""What `propagate` saw on the loop: the values rules turn into findings. No severity, no wording here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from loopaudit.catalogue.model import Primitive
    from loopaudit.findings import Endpoint, Hop, Root, Unparsed


class Place(msgspec.Struct, frozen=True):
    """A call in source: the function it stands in and the span of the call, 1-based."""

    path: str
    function: str
    line: int
    column: int
    end_line: int


class Circumstances(msgspec.Struct, frozen=True):
    """What lowers or raises a finding's severity.

    once: runs at start-up or shutdown only, or its result is memoised (lru_cache, module singleton). alone: a
    program of its own runs it, whose loop nobody else uses.
    in_loop: the call stands inside a `for` or `while`. brief: a lock held for a moment.
    """

    once: bool = False
    alone: bool = False
    in_loop: bool = False
    brief: bool = False

    @property
    def is_milder(self) -> bool:
        """Whether it harms less than it would in the middle of a request."""
        return self.once or self.alone


class BlockedCall(msgspec.Struct, frozen=True):
    """A call on the loop that ends in `primitive` by the shortest chain; one for each kind of primitive."""

    at: Place
    chain: tuple[Hop, ...]
    primitive: Primitive
    confidence: str
    roots: tuple[Root, ...]
    circumstances: Circumstances = Circumstances()
    offloaded_too_late: bool = False
    """The call is an argument of an offloader: `to_thread(f())` (LA501)."""
    offloader: str = ""
    in_coroutine: bool = True
    """False: the call stands in a sync function that a framework runs on the loop."""
    awaited_never: bool = False
    """The coroutine it stands in is an endpoint that never awaits (LA503)."""


class Crossing(msgspec.Struct, frozen=True):
    """A thread-bound value (a sync Session) made here and used there, in another thread (LA301)."""

    at: Place
    type_name: str
    expression: str
    offloader: str
    made: Hop
    used: Hop
    confidence: str
    roots: tuple[Root, ...]


class EndlessWait(msgspec.Struct, frozen=True):
    """A network or database call without a timeout, wherever it runs (LA401)."""

    at: Place
    primitive: Primitive
    roots: tuple[Root, ...]
    confidence: str


class SharedObject(msgspec.Struct, frozen=True):
    """An object that one task at a time may use, used by several at the same time (LA302).

    how: `together` (two of the coroutines that `runner` runs at once) | `again` (one that it runs again and
    again) | `another` (two tasks) | `maker` (a task, and the function that started it) | `end` (a task that
    outlives the block that closes the object) | `process` (one object for all requests). uses: the calls that
    use it, besides `at`.
    """

    at: Place
    type_name: str
    expression: str
    how: str
    runner: str
    made: Hop
    uses: tuple[Hop, ...]
    confidence: str
    roots: tuple[Root, ...]


class LazyRead(msgspec.Struct, frozen=True):
    """A read of an attribute that an AsyncSession has not loaded, or has forgotten (LA303).

    how: `relationship` | `expires` (after a commit) | `always_expires` (after a rollback). name: the
    attribute, qualified. chain: from the coroutine through what it calls to the read. loaded: the call that
    loaded the object, or made the session forget it.
    """

    at: Place
    name: str
    expression: str
    how: str
    chain: tuple[Hop, ...]
    loaded: Hop
    confidence: str
    roots: tuple[Root, ...]


class HeldLock(msgspec.Struct, frozen=True):
    """A lock of threads that a coroutine holds while it waits (LA304).

    at: where it is taken. waits: the first call awaited under it, if what is awaited is a call. reenters: the
    thread that holds it may take it again.
    """

    at: Place
    type_name: str
    expression: str
    waits: Hop | None
    reenters: bool
    confidence: str
    roots: tuple[Root, ...]


class NestedLoop(msgspec.Struct, frozen=True):
    """A call on a running loop that ends, by `chain`, in a call that starts a loop (LA502)."""

    at: Place
    chain: tuple[Hop, ...]
    starter: str
    confidence: str
    roots: tuple[Root, ...]


class DisabledTimeout(msgspec.Struct, frozen=True):
    """A call, or a client, whose wait was given no bound in so many words: `timeout=None` (LA402)."""

    at: Place
    name: str
    argument: str
    why: str
    confidence: str
    roots: tuple[Root, ...]


class UnboundedAwait(msgspec.Struct, frozen=True):
    """An await on the network that nothing bounds, in its function or in any that lead to it (LA403).

    chain: from who is called first to the await, by calls that no deadline is around.
    """

    at: Place
    name: str
    why: str
    chain: tuple[Hop, ...]
    confidence: str
    roots: tuple[Root, ...]


class AttachedHandler(msgspec.Struct, frozen=True):
    """A logging handler that writes to disk or network in the thread that logs (LA110).

    at: where it is attached. name: the library's handler (its `emit`), or the primitive that the project's
    own `emit` reaches by `chain`, or the call that opens a log file. cost: of the primitive.
    """

    at: Place
    name: str
    cost: str
    why: str
    chain: tuple[Hop, ...]
    confidence: str


class Unresolved(msgspec.Struct, frozen=True):
    """A call on the loop whose target nobody could tell, and why."""

    at: Place
    text: str
    reason: str


class Observations(msgspec.Struct, frozen=True):
    """The linked program, seen from its loop: all that rules may know."""

    blocked: tuple[BlockedCall, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    endless: tuple[EndlessWait, ...] = ()
    shared: tuple[SharedObject, ...] = ()
    lazy: tuple[LazyRead, ...] = ()
    held: tuple[HeldLock, ...] = ()
    nested: tuple[NestedLoop, ...] = ()
    disabled: tuple[DisabledTimeout, ...] = ()
    unbounded: tuple[UnboundedAwait, ...] = ()
    handlers: tuple[AttachedHandler, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    files: int = 0
    lines: int = 0
    functions: int = 0
    calls: int = 0
