"""Services as real processes: started on a free port, waited for, and always stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

ROOT = Path(__file__).resolve().parents[2]
PORT = "{port}"
START_SECONDS = 30.0
STOP_SECONDS = 5.0


class ServerError(RuntimeError):
    """A service did not start; the text ends with the last lines of its log."""


@dataclass(frozen=True)
class Service:
    """What to run (`PORT` stands for the port), and where it says that it is up. port: 0 takes a free one."""

    command: tuple[str, ...]
    health_path: str
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0


@dataclass(frozen=True)
class Running:
    """A service that answers."""

    url: str
    pid: int
    log: Path


@contextlib.contextmanager
def running(service: Service, folder: Path) -> Generator[Running]:
    """Start a service and stop it, with every process it has started, however the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    port, log = service.port or find_free_port(), folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(port) if word == PORT else word for word in service.command],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **service.environment},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_up(process, url + service.health_path, log)
        yield Running(url, process.pid, log)
    finally:
        stop(process)


def run_uvicorn(app: str) -> tuple[str, ...]:
    """An application under uvicorn, with what that chooses by itself."""
    return (sys.executable, "-m", "uvicorn", app, "--port", PORT, "--log-level", "warning")


def run_docstore() -> tuple[str, ...]:
    """The docstore as its users start it."""
    return (str(Path(sys.executable).with_name("docstore")), "serve", "--port", PORT)


def find_free_port() -> int:
    """A port nobody listens on, as of now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return when the health page answers. Raises ServerError when it does not in time."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise ServerError(
        f"{url} did not answer within {START_SECONDS:g} s. The service's last words:\n{last_lines}"
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole session to end, then insist."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        # Its workers are in its session: they go too, whether or not it has seen to them.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
