"""One large upload, sent as fast as the kernel can: its speed, and the memory the server took for it."""

from __future__ import annotations

import http.client
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

MEBIBYTE = 1024 * 1024
BOUNDARY = b"bench-boundary-7f3a"
PATIENCE_SECONDS = 120.0
RESET_PEAK = "5"


class UploadError(RuntimeError):
    """The server did not take the file; the text is its answer."""


@dataclass(frozen=True)
class Bulk:
    """What one large upload took. growth_bytes: the peak of the server's memory over what it held before."""

    megabytes_per_second: float
    growth_bytes: int


@dataclass(frozen=True)
class Shape:
    """How the file is asked for: the method, the path, and as a part of a form or as it is."""

    method: str
    path: str
    is_multipart: bool = False


def write_large_file(path: Path, size_bytes: int) -> None:
    """A file of random bytes, one block over and over: neither disk nor digest can tell."""
    block = os.urandom(16 * MEBIBYTE)
    with path.open("wb") as file:
        for start in range(0, size_bytes, len(block)):
            file.write(block[: min(len(block), size_bytes - start)])


def send_large_file(url: str, shape: Shape, file: Path, pid: int) -> Bulk:
    """Send the file and wait for the answer. Raises UploadError when that is no success."""
    Path(f"/proc/{pid}/clear_refs").write_text(RESET_PEAK)
    before = read_memory_bytes(pid, "VmRSS")
    started = time.perf_counter()
    send(url, shape, file)
    seconds = time.perf_counter() - started
    growth = read_memory_bytes(pid, "VmHWM") - before
    return Bulk(file.stat().st_size / 1e6 / seconds, max(0, growth))


def send(url: str, shape: Shape, file: Path) -> None:
    """By sendfile: the client takes as little of the two cores as it can."""
    address = urlsplit(url)
    before, after = frame(file.name) if shape.is_multipart else (b"", b"")
    length = len(before) + file.stat().st_size + len(after)
    with (
        socket.create_connection((str(address.hostname), address.port or 80), PATIENCE_SECONDS) as connection,
        file.open("rb") as opened,
    ):
        connection.sendall(write_head(shape, str(address.netloc), length) + before)
        connection.sendfile(opened)
        connection.sendall(after)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        said = answer.read()
    if not 200 <= answer.status < 300:
        raise UploadError(f"{shape.method} {shape.path} answered {answer.status}: {said[:300]!r}")


def write_head(shape: Shape, host: str, length: int) -> bytes:
    """The request up to its body."""
    kind = "application/octet-stream"
    if shape.is_multipart:
        kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    lines = (
        f"{shape.method} {shape.path} HTTP/1.1",
        f"Host: {host}",
        f"Content-Type: {kind}",
        f"Content-Length: {length}",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def frame(name: str) -> tuple[bytes, bytes]:
    """What stands around a file in a form."""
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head = b"--" + BOUNDARY + b"\r\n" + disposition.encode()
    return head + b"Content-Type: application/octet-stream\r\n\r\n", b"\r\n--" + BOUNDARY + b"--\r\n"


def read_memory_bytes(pid: int, name: str) -> int:
    """A line of /proc/PID/status."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"/proc/{pid}/status holds no {name}")
