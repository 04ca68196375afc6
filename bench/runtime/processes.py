"""Server processes of the bench: started, asked for their CPU seconds, ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """A running server."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """CPU of all its threads, in nanoseconds' precision (Linux: the process's CPU clock by its id)."""
        return time.clock_gettime((~self.pid << 3) | 2)


def find_free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(app: str, variant: str, loop: str, **environment: str) -> Iterator[Server]:
    """Run one server for as long as the block lasts."""
    port = find_free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.runtime.server", app, variant, loop, str(port)],
        env={**os.environ, **environment},
    )
    try:
        wait_until_open(port, process)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait for the server to accept connections."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it served")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not open port {port} within {START_SECONDS:.0f} s")
