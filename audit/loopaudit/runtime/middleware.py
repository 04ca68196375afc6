"""`LoopLagMiddleware`: one line for any ASGI app. Pure ASGI; it needs no web framework.

    app.add_middleware(LoopLagMiddleware)                                      # FastAPI, Starlette
    app = LoopLagMiddleware(app, settings=Settings(metrics_port=9464))         # any ASGI app

It starts the diagnostics of the running loop with the lifespan, or with the first request where the server
has no lifespan, and stops them at its end. For each request it notes the scope in a context variable (so
that a stall can be laid at a route), and counts the duration by method, route template and status. Nothing
is wrapped but `send`, in a plain function.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, CancelledError, get_running_loop
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING

from loopaudit.runtime.clock import monotonic
from loopaudit.runtime.pools import find_limiter
from loopaudit.runtime.requests import RequestTotals
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

set_request, reset_request = current_request.set, current_request.reset


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
        self._loop: AbstractEventLoop | None = None
        self._diagnostics: Diagnostics | None = None
        self._requests = RequestTotals()
        self._timing: Callable[[Send], Send] | None = None

    @property
    def diagnostics(self) -> Diagnostics | None:
        """What runs now, or ran last; None before anything was served."""
        return self._diagnostics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; lifespan and websockets take their own ways. Every statement here is paid by every
        request.
        """
        if scope["type"] != "http":
            await self._pass_on(scope, receive, send)
            return
        if self._loop is not get_running_loop():
            self._start()
        requests = self._requests
        status: object = None
        ended = 0.0

        def note(message: Message) -> Awaitable[None]:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body"):
                ended = monotonic()
            return send(message)

        token = set_request(scope)
        requests.active += 1
        started = monotonic()
        try:
            await self.app(scope, receive, note if self._timing is None else self._timing(note))
        except CancelledError:
            status = status or CLIENT_CLOSED
            raise
        finally:
            requests.active -= 1
            requests.record(scope, status or FAILED, (ended or monotonic()) - started)
            reset_request(token)

    def _start(self) -> watch:
        """Begin for the running loop; an old loop's watch ended with its loop."""
        watching = watch(self._settings, self._observers)
        diagnostics = watching.__enter__()
        if diagnostics.limiter is None:
            diagnostics.limiter = find_limiter()
        self._diagnostics, self._loop, self._requests = diagnostics, diagnostics.loop, diagnostics.requests
        self._timing = partial(add_timing, diagnostics) if diagnostics.settings.server_timing else None
        return watching

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
        watching = self._start()

        async def send_when_closed(message: Message) -> None:
            # A server ends the loop, or the process, once it hears this: closing later is cut off half-way,
            # and the last stall records with it.
            if str(message["type"]).startswith("lifespan.shutdown."):
                await self._stop(watching)
            await send(message)

        try:
            await self.app(scope, receive, send_when_closed)
        finally:
            await self._stop(watching)

    async def _stop(self, watching: watch) -> None:
        self._loop = None
        await watching.__aexit__(None, None, None)


def add_timing(diagnostics: Diagnostics, send: Send) -> Send:
    """Say in the response how late the loop is: browsers show `Server-Timing` beside the request."""

    def send_timed(message: Message) -> Awaitable[None]:
        headers = message.get("headers", ())
        if message["type"] == "http.response.start" and isinstance(headers, list | tuple):
            lag = f"lag;dur={diagnostics.lag_seconds() * 1000:.1f}".encode()
            message = {**message, "headers": [*headers, (b"server-timing", lag)]}
        return send(message)

    return send_timed
