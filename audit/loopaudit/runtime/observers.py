"""Who listens. An observer is any object with some of the hooks below; a hook it lacks costs nothing.

Hooks: `on_stall(Stall)`, `on_lag(Lag)`, `on_slow_callback(SlowCallback)`, `on_gc_pause(GcPause)`,
`on_blocking_call(BlockingCall)`. Stalls and pauses are published from the watchdog's thread, lag and slow
callbacks on the loop: a hook must return quickly and must not await. An observer that raises is logged once
and dropped, with all its hooks: diagnostics never take down what they watch.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import cast

from loopaudit.runtime.events import BlockingCall, Event, GcPause, Lag, SlowCallback, Stall

logger = logging.getLogger("loopaudit.runtime")

HOOKS: dict[type[Event], str] = {
    Stall: "on_stall",
    Lag: "on_lag",
    SlowCallback: "on_slow_callback",
    GcPause: "on_gc_pause",
    BlockingCall: "on_blocking_call",
}

Hook = Callable[[Event], None]
_Bound = tuple[object, Hook]


class Observers:
    """The list of listeners of one loop. Adding and removing copy it, so publishing takes no lock."""

    def __init__(self) -> None:
        self._observers: tuple[object, ...] = ()
        self._hooks: dict[type[Event], tuple[_Bound, ...]] = dict.fromkeys(HOOKS, ())
        self._lock = threading.Lock()

    def __contains__(self, observer: object) -> bool:
        return any(known is observer for known in self._observers)

    def add(self, observer: object) -> None:
        """Listen from now on; one object is added once. Raises TypeError for an object without any hook."""
        if not any(callable(getattr(observer, name, None)) for name in HOOKS.values()):
            names = ", ".join(HOOKS.values())
            raise TypeError(f"{observer!r} has none of the observer hooks {names}")
        with self._lock:  # loopaudit: ignore[LA106] held for a tuple's making
            if observer not in self:
                self._replace((*self._observers, observer))

    def remove(self, observer: object) -> None:
        """Stop listening; removing what was dropped already is no error."""
        with self._lock:  # loopaudit: ignore[LA106] held for a tuple's making
            self._replace(tuple(known for known in self._observers if known is not observer))

    def wants(self, kind: type[Event]) -> bool:
        """Whether anybody listens to this kind of event (so that making one can be left out)."""
        return bool(self._hooks[kind])

    def publish(self, event: Event) -> None:
        """Tell every observer of this kind, in the order they were added."""
        for observer, hook in self._hooks[type(event)]:
            try:
                hook(event)
            except Exception:
                self.remove(observer)
                logger.exception("observer %s raised in %s and was dropped", observer, HOOKS[type(event)])

    def _replace(self, observers: tuple[object, ...]) -> None:
        self._observers = observers
        self._hooks = {kind: _bind(observers, name) for kind, name in HOOKS.items()}


def _bind(observers: tuple[object, ...], name: str) -> tuple[_Bound, ...]:
    hooks = ((observer, getattr(observer, name, None)) for observer in observers)
    return tuple((observer, cast("Hook", hook)) for observer, hook in hooks if callable(hook))
