"""A real docstore in a process of its own: started on a free port, stopped however the test ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

START_SECONDS = 30.0
STOP_SECONDS = 20.0
SERVE = "import sys; from docstore.serving import serve; serve(port=int(sys.argv[1]))"


@dataclass(frozen=True)
class Served:
    """A server that answered `/health/ready`."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    data_dir: Path
    log: Path

    def client(self, timeout_seconds: float = 30.0) -> httpx2.Client:
        """A client of its own connections; close it."""
        return httpx2.Client(base_url=self.url, timeout=timeout_seconds, trust_env=False)

    def create_collection(self, name: str = "papers") -> str:
        """Its id."""
        with self.client() as http:
            return str(http.post("/v1/collections", json={"name": name}).raise_for_status().json()["id"])

    def kill(self) -> None:
        """As the kernel does it when memory runs out: no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """As an operator does it; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def files(self) -> list[Path]:
        """What holds uploaded bytes, whole or partial."""
        folders = (self.data_dir / "incoming", self.data_dir / "blobs")
        return [p for folder in folders for p in folder.rglob("*") if p.is_file() and p.name != "lock"]

    def children(self) -> list[int]:
        """Process ids of the reading processes."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


@contextmanager
def serving(data_dir: Path, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Start the service with `DOCSTORE_*` settings, wait until it is ready, stop it at the end."""
    port = find_free_port()
    log = data_dir.with_name(f"{data_dir.name}-{port}.log")
    known = {
        key: value for key, value in os.environ.items() if not key.startswith(("DOCSTORE_", "DATABASE_"))
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)],
            env={**known, "DOCSTORE_DATA_DIR": str(data_dir), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    served = Served(f"http://127.0.0.1:{port}", port, process, data_dir, log)
    try:
        wait_until_ready(served)
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_ready(served: Served) -> None:
    """Raises RuntimeError with the log's end when it does not come up."""
    until = time.monotonic() + START_SECONDS
    with served.client(timeout_seconds=5.0) as http:
        while time.monotonic() < until and served.process.poll() is None:
            try:
                if http.get("/health/ready").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
    served.process.kill()
    raise RuntimeError(f"the docstore did not start: {served.log.read_text()[-2000:]}")


def wait_until_finished(served: Served, collection: str, seconds: float = 50.0) -> dict[str, int]:
    """Counts by status once nothing is received or processing."""
    until = time.monotonic() + seconds
    with served.client() as http:
        while True:
            status = http.get(f"/v1/collections/{collection}/status").raise_for_status().json()
            if status["is_finished"]:
                return {name: count for name, count in status["counts"].items() if count}
            if time.monotonic() > until:
                raise TimeoutError(f"still {status['counts']} after {seconds:g} s")
            time.sleep(0.1)


def find_free_port() -> int:
    """Free as of now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
