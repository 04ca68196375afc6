"""`watch()`: the way in for any asyncio program.

Asked twice for the same loop it gives the diagnostics that run already; the last to leave stops them.
"""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING

from loopaudit.runtime.monitor import Diagnostics
from loopaudit.runtime.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType


class Running:
    """The diagnostics in use, by loop, with the number of their users."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: dict[int, tuple[Diagnostics, int]] = {}

    def enter(self, loop: asyncio.AbstractEventLoop, settings: Settings) -> Diagnostics:
        """Start, or join what runs for this loop (then its settings stay)."""
        with self._lock:  # loopaudit: ignore[LA106] held for one look at a dictionary
            known = self._users.get(id(loop))
            if known is not None and known[0].loop is loop:
                self._users[id(loop)] = (known[0], known[1] + 1)
                return known[0]
        diagnostics = Diagnostics(loop, settings)
        diagnostics.start()
        with self._lock:  # loopaudit: ignore[LA106] held for one look at a dictionary
            self._users[id(loop)] = (diagnostics, 1)
        return diagnostics

    def leave(self, diagnostics: Diagnostics) -> bool:
        """Count a user out; True for the last one, who has to stop them."""
        with self._lock:  # loopaudit: ignore[LA106] held for one look at a dictionary
            known = self._users.get(id(diagnostics.loop))
            if known is None or known[0] is not diagnostics:
                return False
            if known[1] > 1:
                self._users[id(diagnostics.loop)] = (diagnostics, known[1] - 1)
                return False
            del self._users[id(diagnostics.loop)]
            return True


_running = Running()


class watch:  # noqa: N801 # used like a function: `with watch():`
    """Watch the running loop for as long as the block lasts.

    `async with watch(Settings(threshold_seconds=0.05)) as diagnostics:`, or `with watch():` inside a
    coroutine.
    settings: defaults, with `LOOPAUDIT_*` variables on top. observers: objects with hooks (see `observers`).
    Raises RuntimeError outside of a running loop.
    """

    def __init__(self, settings: Settings | None = None, observers: Iterable[object] = ()) -> None:
        self._settings = settings or Settings()
        self._observers = tuple(observers)
        self._diagnostics: Diagnostics | None = None

    def __enter__(self) -> Diagnostics:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError(
                "watch() found no running event loop in this thread; use it inside the program's coroutine: "
                "'async def main(): async with watch(): ...'"
            ) from None
        diagnostics = _running.enter(loop, self._settings.with_environment(os.environ))
        self._diagnostics = diagnostics
        for observer in self._observers:
            diagnostics.observers.add(observer)
        return diagnostics

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        diagnostics = self._leave()
        if diagnostics is not None:
            diagnostics.stop()

    async def __aenter__(self) -> Diagnostics:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        diagnostics = self._leave()
        if diagnostics is not None:
            await diagnostics.aclose()

    def _leave(self) -> Diagnostics | None:
        """Take our observers along; give the diagnostics if they are ours to stop."""
        diagnostics, self._diagnostics = self._diagnostics, None
        if diagnostics is None:
            return None
        if _running.leave(diagnostics):
            return diagnostics
        for observer in self._observers:
            diagnostics.observers.remove(observer)
        return None
