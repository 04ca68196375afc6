"""HTTP by hand: what a well-behaved client cannot be made to do."""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.docstore.serving import Served


@dataclass(frozen=True)
class Answer:
    """As it stood on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def connected(served: Served) -> Iterator[socket.socket]:
    """A connection with a timeout."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        yield connection


def send_head(connection: socket.socket, method: str, path: str, *headers: str) -> None:
    """The request line and its headers, and no body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: docstore", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode())


def read_answer(connection: socket.socket) -> Answer:
    """One whole response; leaves the connection as it is."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += read_some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        body += read_some(connection)
    found = re.match(r"HTTP/1\.1 (\d+)", first)
    assert found is not None, first
    return Answer(int(found[1]), headers, body)


def read_some(connection: socket.socket) -> bytes:
    """Raises ConnectionError at the end, which no complete response has."""
    chunk = connection.recv(65536)
    if not chunk:
        raise ConnectionError("the server closed the connection before its answer was complete")
    return chunk
