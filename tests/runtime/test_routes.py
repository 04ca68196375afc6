"""Route templates carry every prefix and no value, whatever put the route together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from fastapi import APIRouter, FastAPI
from loopaudit.runtime.routes import read_method, read_template
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from tests.runtime.asgi import App, ask, make_scope

if TYPE_CHECKING:
    from starlette.requests import Request


async def answer(request: Request) -> Response:
    return PlainTextResponse("ok")


async def endpoint() -> str:
    return "ok"


def make_fastapi() -> FastAPI:
    inner = APIRouter(prefix="/inner")
    inner.add_api_route("/items/{item}", endpoint, methods=["GET"])
    inner.add_route("/plain/{name}", answer)
    outer = APIRouter(prefix="/outer/{tenant}")
    outer.include_router(inner, prefix="/v1")
    sub = FastAPI()
    sub.add_api_route("/leaf/{leaf}", endpoint)
    sub.include_router(inner, prefix="/nested")
    app = FastAPI()
    app.add_api_route("/direct/{number:int}", endpoint)
    app.include_router(outer, prefix="/api")
    app.mount("/sub/{shard}", sub)
    return app


def make_starlette() -> Starlette:
    leaves = [Route("/leaf/{leaf}", answer), Route("/", answer)]
    return Starlette(
        routes=[
            Route("/users/{user:int}", answer, methods=["GET"]),
            Mount("/static", app=PlainTextResponse("file")),
            Mount("/a/{b}", routes=[Mount("/c", routes=leaves)]),
        ]
    )


def template_of(app: App, path: str, method: str = "GET", root_path: str = "") -> str | None:
    scope = make_scope(path, method, root_path)
    asyncio.run(ask(app, scope))
    return read_template(scope)


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/direct/7", "/direct/{number}"),
        ("/api/outer/acme/v1/inner/items/7", "/api/outer/{tenant}/v1/inner/items/{item}"),
        ("/api/outer/acme/v1/plain/x", "/api/outer/{tenant}/v1/plain/{name}"),
        ("/sub/eu/leaf/7", "/sub/{shard}/leaf/{leaf}"),
        ("/sub/eu/nested/inner/items/7", "/sub/{shard}/nested/inner/items/{item}"),
        ("/sub/eu/nothing", "/sub/{shard}/{path}"),
        ("/nothing", None),
    ],
)
def test_fastapi(path: str, template: str | None) -> None:
    assert template_of(make_fastapi(), path) == template


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/users/7", "/users/{user}"),
        ("/static/deep/file.css", "/static/{path}"),
        ("/a/1/c/leaf/2", "/a/{b}/c/leaf/{leaf}"),
        ("/a/1/c/", "/a/{b}/c/"),
        ("/a/1/c/nothing", "/a/{b}/c/{path}"),
        ("/nothing", None),
    ],
)
def test_starlette(path: str, template: str | None) -> None:
    assert template_of(make_starlette(), path) == template


def test_a_method_that_is_not_allowed_still_names_the_route() -> None:
    assert template_of(make_starlette(), "/users/7", "DELETE") == "/users/{user}"
    assert template_of(make_fastapi(), "/direct/7", "DELETE") == "/direct/{number}"


def test_a_root_path_of_the_server_is_no_mount() -> None:
    assert template_of(make_starlette(), "/proxy/a/1/c/leaf/2", root_path="/proxy") == "/a/{b}/c/leaf/{leaf}"


def test_litestar_leaves_a_template() -> None:
    assert read_template({"type": "http", "path_template": "/books/{id}"}) == "/books/{id}"


def test_methods_that_clients_invent_share_a_label() -> None:
    assert read_method({"type": "http", "method": "BREW"}) == "_OTHER"
    assert read_method({"type": "http", "method": "GET"}) == "GET"
    assert read_method({"type": "websocket"}) == "WEBSOCKET"
