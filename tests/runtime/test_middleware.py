"""The middleware counts requests by template and passes everything else on at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from loopaudit.runtime import LoopLagMiddleware, Settings
from loopaudit.runtime.whereabouts import current_request
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.runtime.asgi import App, Message, Scope, ask, make_scope, receive

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

QUIET = Settings(log_stalls=False)
seen: list[object] = []


async def answer(request: Request) -> Response:
    seen.append(current_request.get())
    return PlainTextResponse("ok")


async def fail(request: Request) -> Response:
    raise LookupError("a bug of the app")


def make_app(settings: Settings = QUIET) -> LoopLagMiddleware:
    routes = [Route("/items/{item}", answer), Route("/fail", fail)]
    return LoopLagMiddleware(Starlette(routes=routes), settings=settings)


def serve(app: LoopLagMiddleware, *scopes: Scope) -> list[list[Message]]:
    async def main() -> list[list[Message]]:
        try:
            return [await ask(app, scope) for scope in scopes]
        finally:
            if app.diagnostics is not None:
                await app.diagnostics.aclose()

    return asyncio.run(main())


def series(app: LoopLagMiddleware) -> dict[tuple[str, str, str], int]:
    assert app.diagnostics is not None
    return {labels: sum(buckets.counts) for labels, buckets in app.diagnostics.requests.series.items()}


def test_requests_are_counted_by_template_not_by_path() -> None:
    app = make_app()
    serve(app, *(make_scope(f"/items/{number}") for number in range(5)), make_scope("/nothing"))
    assert series(app) == {("GET", "/items/{item}", "200"): 5, ("GET", "unmatched", "404"): 1}


def test_a_request_that_fails_is_counted_and_the_error_passed_on() -> None:
    app = make_app()
    with pytest.raises(LookupError):
        serve(app, make_scope("/fail"))
    assert series(app) == {("GET", "/fail", "500"): 1}
    assert app.diagnostics is not None
    assert app.diagnostics.requests.active == 0


def test_a_client_that_leaves_is_counted_as_closed() -> None:
    async def hang(scope: Scope, receive: object, send: object) -> None:
        raise asyncio.CancelledError

    app = LoopLagMiddleware(hang, settings=QUIET)
    with pytest.raises(asyncio.CancelledError):
        serve(app, make_scope("/"))
    assert series(app) == {("GET", "unmatched", "499"): 1}


def test_the_endpoint_sees_its_scope_and_nothing_is_left_behind() -> None:
    scope = make_scope("/items/1")
    serve(make_app(), scope)
    assert seen[-1] is scope
    assert current_request.get() is None


def test_a_background_task_is_no_part_of_the_requests_duration() -> None:
    order: list[str] = []

    async def later() -> None:
        order.append("later")

    async def start(request: Request) -> Response:
        return PlainTextResponse("ok", background=BackgroundTask(later))

    app = LoopLagMiddleware(Starlette(routes=[Route("/", start)]), settings=QUIET)
    serve(app, make_scope("/"))
    assert order == ["later"]
    assert series(app) == {("GET", "/", "200"): 1}


def test_server_timing_is_added_only_when_asked_for() -> None:
    [[start, _]] = serve(make_app(Settings(log_stalls=False, server_timing=True)), make_scope("/items/1"))
    assert any(name == b"server-timing" and value.startswith(b"lag;dur=") for name, value in headers(start))
    [[start, _]] = serve(make_app(), make_scope("/items/1"))
    assert not any(name == b"server-timing" for name, _ in headers(start))


def headers(message: Message) -> list[tuple[bytes, bytes]]:
    found = message["headers"]
    assert isinstance(found, list)
    return found


def test_a_scope_of_another_kind_is_passed_on_as_it_is() -> None:
    passed: list[object] = []

    async def app(scope: Scope, receive: object, send: object) -> None:
        passed.extend((scope, receive, send))

    async def send(message: Message) -> None: ...

    scope: Scope = {"type": "webtransport"}
    asyncio.run(_call(LoopLagMiddleware(app), scope, receive, send))
    assert passed == [scope, receive, send]


def test_a_websocket_is_known_by_its_scope() -> None:
    passed: list[object] = []

    async def app(scope: Scope, receive: object, send: object) -> None:
        passed.append(current_request.get())

    async def send(message: Message) -> None: ...

    scope: Scope = {"type": "websocket"}
    asyncio.run(_call(LoopLagMiddleware(app), scope, receive, send))
    assert passed == [scope]


async def _call(
    app: App,
    scope: Scope,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    await app(scope, receive, send)


def test_the_lifespan_starts_and_stops_the_diagnostics() -> None:
    running: list[bool] = []
    app: LoopLagMiddleware

    async def inner(scope: Scope, receive: object, send: object) -> None:
        assert app.diagnostics is not None
        running.append("select" in vars(asyncio.get_running_loop()._selector))  # type: ignore[attr-defined]

    async def send(message: Message) -> None: ...

    async def main() -> None:
        await app({"type": "lifespan"}, receive, send)
        running.append("select" in vars(asyncio.get_running_loop()._selector))  # type: ignore[attr-defined]

    app = LoopLagMiddleware(inner, settings=QUIET)
    asyncio.run(main())
    assert running == [True, False]


def test_the_diagnostics_are_closed_before_the_server_hears_of_the_shutdown() -> None:
    running: list[bool] = []

    async def inner(scope: Scope, receive: object, send: Callable[[Message], Awaitable[None]]) -> None:
        await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    async def send(message: Message) -> None:
        running.append("select" in vars(asyncio.get_running_loop()._selector))  # type: ignore[attr-defined]

    asyncio.run(_call(LoopLagMiddleware(inner, settings=QUIET), {"type": "lifespan"}, receive, send))
    assert running == [True, False]


def test_one_app_may_serve_one_loop_after_another() -> None:
    app = make_app()
    serve(app, make_scope("/items/1"))
    first = app.diagnostics
    serve(app, make_scope("/items/1"))
    assert app.diagnostics is not first
