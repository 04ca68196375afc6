"""A server process of the bench: `python -m bench.runtime.server APP VARIANT LOOP PORT`.

APP is `hello` (Starlette, the hardest case for overhead), `fastapi`, or `planted` (the stalls). VARIANT is
`plain` or the name of a watcher from `bench.runtime.watchers`: peers join the table by adding one there.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bench.runtime.planted import make_planted_app
from bench.runtime.watchers import WATCHERS, App

if TYPE_CHECKING:
    from starlette.requests import Request


def make_hello() -> App:
    """The smallest Starlette app."""

    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    return Starlette(routes=[Route("/", hello)])


def make_fastapi() -> App:
    """The smallest FastAPI app that validates and serialises something."""
    app = FastAPI()

    @app.get("/")
    async def hello(name: str = "you") -> dict[str, str]:
        return {"hello": name}

    return app


APPS = {"hello": make_hello, "fastapi": make_fastapi, "planted": make_planted_app}


def main(name: str, variant: str, loop: str, port: str) -> None:
    """Serve until killed."""
    app = WATCHERS[variant](APPS[name]())
    uvicorn.run(app, port=int(port), loop=loop, log_level="error", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
