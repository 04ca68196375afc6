"""How an endpoint gets at the services: an async dependency, because a plain one costs a thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from docstore.assembly import Services
from docstore.errors import TooLarge
from docstore.settings import Settings


async def services_of(request: Request) -> Services:
    """The open services of this application."""
    return cast(Services, request.app.state.services)


async def settings_of(request: Request) -> Settings:
    """The settings of this application."""
    return cast(Settings, request.app.state.settings)


ServicesHere = Annotated[Services, Depends(services_of)]
SettingsHere = Annotated[Settings, Depends(settings_of)]


class BoundedRoute(APIRoute):
    """A route whose JSON body has a limit: FastAPI reads it whole before the endpoint is asked."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # Coroutine is narrower than needed
        handle = super().get_route_handler()

        async def handle_bounded(request: Request) -> Response:
            return await handle(bound_body(request, (await settings_of(request)).max_json_bytes))

        return handle_bounded


def bound_body(request: Request, limit_bytes: int) -> Request:
    """The same request; its body raises TooLarge at the limit."""
    taken_bytes = 0

    async def receive() -> Message:
        nonlocal taken_bytes
        message = await request.receive()
        taken_bytes += len(message.get("body", b""))
        if taken_bytes > limit_bytes:
            raise TooLarge(
                f"A JSON body has at most {limit_bytes} bytes here.", members={"limit_bytes": limit_bytes}
            )
        return message

    return Request(request.scope, receive)
