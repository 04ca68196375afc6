"""`LoopLagMiddleware`: one line for any ASGI app. Pure ASGI; it needs no web framework.

    app.add_middleware(LoopLagMiddleware)                                      # FastAPI, Starlette
    app = LoopLagMiddleware(app, settings=Settings(metrics_port=9464))         # any ASGI app

It starts the diagnostics of the running loop with the lifespan, or with the first request where the server
has no lifespan, and stops them at its end. For each request it notes the scope in a context variable (so
that a stall can be laid at a route), and counts the duration by method, route template and status. Nothing
is wrapped but `send`, in a plain function.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, cast

from loopaudit.runtime.clock import monotonic
from loopaudit.runtime.pools import find_limiter
from loopaudit.runtime.settings import Settings
from loopaudit.runtime.watching import watch
from loopaudit.runtime.whereabouts import current_request

if TYPE_CHECKING:
    from loopaudit.runtime.monitor import Diagnostics

Scope = MutableMapping[str, object]
Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CLIENT_CLOSED = 499
FAILED = 500


class Session:
    """The diagnostics of the loop that serves us, while it does."""

    def __init__(self, watching: watch) -> None:
        self.watching = watching
        self.diagnostics: Diagnostics = watching.__enter__()
        self.loop = self.diagnostics.loop
        if self.diagnostics.limiter is None:
            self.diagnostics.limiter = find_limiter()


class LoopLagMiddleware:
    """Watch the loop that serves `app`.

    settings: see `Settings`; `LOOPAUDIT_*` variables are put over them. observers: objects with hooks.
    The running `Diagnostics` are at `.diagnostics`.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings | None = None, observers: Iterable[object] = ()
    ) -> None:
        self.app = app
        self._settings = settings or Settings()
        self._observers = tuple(observers)
        self._session: Session | None = None
        self._adds_timing = self._settings.server_timing

    @property
    def diagnostics(self) -> Diagnostics | None:
        """What runs now, if anything has been served yet."""
        return self._session.diagnostics if self._session is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; lifespan and websockets take their own ways."""
        if scope["type"] != "http":
            await self._pass_on(scope, receive, send)
            return
        session = self._session
        if session is None or session.loop is not asyncio.get_running_loop():
            session = self._start()
        requests = session.diagnostics.requests
        status = 0
        ended = 0.0

        def note(message: Message) -> Awaitable[None]:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = cast("int", message["status"])
                if self._adds_timing:
                    add_timing(message, session.diagnostics.lag_seconds())
            elif not message.get("more_body"):
                ended = monotonic()
            return send(message)

        token = current_request.set(scope)
        requests.active += 1
        started = monotonic()
        try:
            await self.app(scope, receive, note)
        except asyncio.CancelledError:
            status = status or CLIENT_CLOSED
            raise
        finally:
            requests.active -= 1
            requests.record(scope, status or FAILED, (ended or monotonic()) - started)
            current_request.reset(token)

    def _start(self) -> Session:
        """Begin for the running loop; an old loop's session ended with its loop."""
        self._session = Session(watch(self._settings, self._observers))
        self._adds_timing = self._session.diagnostics.settings.server_timing
        return self._session

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] == "websocket":
            token = current_request.set(scope)
            try:
                await self.app(scope, receive, send)
            finally:
                current_request.reset(token)
        else:
            await self.app(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = self._start()
        try:
            await self.app(scope, receive, send)
        finally:
            self._session = None
            await session.watching.__aexit__(None, None, None)


def add_timing(message: Message, lag_seconds: float) -> None:
    """Say in the response how late the loop is: browsers show `Server-Timing` beside the request."""
    headers = message.setdefault("headers", [])
    if isinstance(headers, list | tuple):
        message["headers"] = [*headers, (b"server-timing", f"lag;dur={lag_seconds * 1000:.1f}".encode())]
