"""Reading request bodies with an end: an idle limit, a size limit, and a client that may leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request

from docstore.errors import BodyTimeout, ClientGone, TooLarge, UnsupportedBody


async def read_pieces(request: Request, idle_seconds: float) -> AsyncIterator[bytes]:
    """The body as it comes; raises BodyTimeout and ClientGone. uvicorn itself waits for ever."""
    more = True
    while more:
        try:
            async with asyncio.timeout(idle_seconds):
                message = await request.receive()
        except TimeoutError as error:
            raise BodyTimeout(
                f"No byte of the body came for {idle_seconds:g} seconds; nothing was kept, send it again.",
                # Only here: the rest of a body that may still come would be read as the next request.
                headers={"Connection": "close"},
            ) from error
        if message["type"] == "http.disconnect":
            raise ClientGone("The client left before the end of its body; nothing was kept.")
        more = message.get("more_body", False)
        if piece := message.get("body", b""):
            yield piece


def check_length(request: Request, limit_bytes: int) -> None:
    """Refuse at once what announces itself too large.

    The connection stays open on purpose: closing it while the client still sends makes the kernel answer with
    a reset, and the client never reads the 413.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit_bytes:
        raise TooLarge(
            f"The body announces {announced} bytes; this service takes {limit_bytes}.",
            members={"limit_bytes": limit_bytes},
        )


def check_encoding(request: Request) -> None:
    """Bodies are stored as they come, so an encoded one would be stored encoded: say so instead."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise UnsupportedBody(
            f"Content-Encoding {encoding!r} is not decoded here; send the bytes as they are."
        )
