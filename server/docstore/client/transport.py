"""One request, tried again where that is safe, with an end to every wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx2

from docstore.client.explain import explain_refusal, explain_transport

if TYPE_CHECKING:
    from docstore.client.connection import Connection
    from docstore.client.errors import DocstoreError, RefusedError

NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
BROKEN_OFF = (httpx2.NetworkError, httpx2.RemoteProtocolError)
REFUSED_UNTOUCHED = frozenset({429, 503})
PERHAPS_DONE = frozenset({502, 504})

Body = Callable[[], AsyncGenerator[bytes, None]]
Sleep = Callable[[float], Awaitable[None]]
"""Seconds."""


@dataclass(frozen=True)
class Request:
    """What to ask. is_repeatable: asking twice does no more than asking once.

    `body` makes the stream anew for every attempt: half a stream cannot be sent again.
    """

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, str] | None = None
    body: Body | None = None
    is_repeatable: bool = False


@dataclass(frozen=True)
class Retry:
    """A failure that is tried again: told to whoever watches."""

    error: DocstoreError
    attempt: int
    attempts: int
    wait_seconds: float


Told = Callable[[Retry], None]
Attempt = Callable[[Request], Awaitable[httpx2.Response]]


def tell_nobody(_retry: Retry) -> None:
    """The default watcher."""


def open_http(connection: Connection) -> httpx2.AsyncClient:
    """An HTTP client with the connection's address, key and timeouts."""
    timeouts = connection.timeouts
    try:
        return httpx2.AsyncClient(
            base_url=connection.url,
            headers=connection.headers,
            timeout=httpx2.Timeout(timeouts.read_seconds, connect=timeouts.connect_seconds),
            limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16),
        )
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise explain_transport(error, connection) from error


class Transport:
    """Sends requests over one HTTP client; its owner closes it."""

    def __init__(
        self,
        connection: Connection,
        http: httpx2.AsyncClient,
        told: Told = tell_nobody,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._connection = connection
        self._http = http
        self._told = told
        self._sleep = sleep

    async def ask(self, request: Request) -> httpx2.Response:
        """The whole answer. Raises a DocstoreError when it is no, or when there is none."""
        return await self._persist(request, self._ask_once)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[httpx2.Response]:
        """The answer with its body still to come: from here on, breaking off is the reader's to mend."""
        response = await self._persist(request, self._send)
        try:
            yield response
        finally:
            await response.aclose()

    async def _persist(self, request: Request, attempted: Attempt) -> httpx2.Response:
        attempts = self._connection.retries.attempts
        for attempt, delay_seconds in enumerate(self._connection.retries.delays_seconds(), start=1):
            try:
                return await attempted(request)
            except SafeFailureError as again:
                wait_seconds = max(delay_seconds, again.wait_seconds)
                self._told(Retry(again.error, attempt, attempts, wait_seconds))
                await self._sleep(wait_seconds)
        try:
            return await attempted(request)
        except SafeFailureError as last:
            raise last.error from last.__cause__

    async def _ask_once(self, request: Request) -> httpx2.Response:
        response = await self._send(request)
        try:
            await response.aread()
        except httpx2.HTTPError as error:
            raise self._judge(error, request) from error
        finally:
            await response.aclose()
        return response

    async def _send(self, request: Request) -> httpx2.Response:
        body = request.body() if request.body else None
        try:
            response = await self._http.send(self._build(request, body), stream=True)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise self._judge(error, request) from error
        finally:
            if body is not None:
                await body.aclose()
        if response.is_success:
            return response
        refusal = await self._read_refusal(response)
        if may_ask_again(refusal, request):
            raise SafeFailureError(refusal, read_wait_seconds(response, self._connection))
        raise refusal

    def _judge(self, error: httpx2.HTTPError | httpx2.InvalidURL, request: Request) -> Exception:
        explained = explain_transport(error, self._connection)
        return SafeFailureError(explained) if may_send_again(error, request) else explained

    def _build(self, request: Request, body: AsyncGenerator[bytes, None] | None) -> httpx2.Request:
        return self._http.build_request(
            request.method,
            request.path,
            params=dict(request.query) or None,
            headers=dict(request.headers),
            json=request.json,
            content=body,
        )

    async def _read_refusal(self, response: httpx2.Response) -> RefusedError:
        try:
            await response.aread()
        except httpx2.HTTPError as error:
            raise explain_transport(error, self._connection) from error
        finally:
            await response.aclose()
        return explain_refusal(response)


class SafeFailureError(Exception):
    """A safe failure, on its way to the next attempt."""

    def __init__(self, error: DocstoreError, wait_seconds: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_seconds = wait_seconds


def may_send_again(error: Exception, request: Request) -> bool:
    """Nothing was sent, or it broke off and sending it twice is harmless. Silence is never tried again:
    who has waited the whole timeout has waited enough."""
    return isinstance(error, NOTHING_SENT) or (request.is_repeatable and isinstance(error, BROKEN_OFF))


def may_ask_again(refusal: RefusedError, request: Request) -> bool:
    """The server asks for patience, or a gateway lost an answer that is harmless to ask for again."""
    return refusal.status in REFUSED_UNTOUCHED or (request.is_repeatable and refusal.status in PERHAPS_DONE)


def read_wait_seconds(response: httpx2.Response, connection: Connection) -> float:
    """`Retry-After` in seconds, cut to the longest wait; its date form counts as none."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), connection.retries.longest_seconds) if asked.isdecimal() else 0.0
