"""A server that behaves as servers should not: it hangs, drops, lies, and remembers what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heard:
    """A request as it came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Hostile:
    """One behaviour a request, the last one for all that follow."""

    url: str
    heard: list[Heard] = field(default_factory=list)


Behaviour = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def behave(behaviours: Sequence[Behaviour]) -> AsyncGenerator[Hostile]:
    """Serve on a free port of this machine until the block ends; nothing is left open."""
    hostile = Hostile("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heard = await read_request(reader)
            turn = min(len(hostile.heard), len(behaviours) - 1)
            hostile.heard.append(heard)
            await behaviours[turn](heard, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    hostile.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield hostile
    finally:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()


async def read_request(reader: asyncio.StreamReader) -> Heard:
    """A request with its body; knows Content-Length only."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _version = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(method, target, headers, body)


def answer(status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Behaviour:
    """A whole answer."""

    async def behaviour(_heard: Heard, writer: asyncio.StreamWriter) -> None:
        lines = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
        head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(head.encode() + b"\r\n" + body)
        await writer.drain()

    return behaviour


async def hang(_heard: Heard, _writer: asyncio.StreamWriter) -> None:
    """Hear the request and never say a word."""
    await asyncio.Event().wait()


async def drop(_heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Hear the request and cut the connection."""
    writer.transport.abort()


def break_off(body: bytes, after: int, status: int = 200) -> Behaviour:
    """Promise a body, send its beginning, and cut the connection."""

    async def behaviour(_heard: Heard, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body[:after])
        await writer.drain()

    return behaviour
