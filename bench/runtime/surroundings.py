"""What the planted stalls wait for or burn, made beforehand so that an endpoint does nothing but stall."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import http.server
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.runtime.plants import STALL_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

BURN = "while True: pass"


class SlowHandler(http.server.BaseHTTPRequestHandler):
    """Answers after the stall's length."""

    def do_GET(self) -> None:
        """Sleep, then answer."""
        time.sleep(STALL_SECONDS)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Stay quiet."""


def start_slow_server() -> str:
    """A server in a daemon thread; gives its URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def lock_database() -> Path:
    """A database whose writer never finishes."""
    path = Path(tempfile.mkdtemp()) / "locked.sqlite3"
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("create table t (x)")
    holder.execute("begin immediate")
    HELD.append(holder)
    return path


HELD: list[sqlite3.Connection] = []


def hold_lock(lock: threading.Lock, seconds: float) -> None:
    """Take the lock in another thread for so long; returns once it is taken."""
    taken = threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            time.sleep(seconds)

    threading.Thread(target=hold, daemon=True).start()
    taken.wait()


def find_catastrophe() -> str:
    """A text on which `(a+)+$` backtracks for about the stall's length on this machine."""
    for length in range(18, 40):
        text = "a" * length + "b"
        began = time.perf_counter()
        re.match(r"(a+)+$", text)
        spent = time.perf_counter() - began
        if spent > STALL_SECONDS / 8:
            return "a" * (length + 2) + "b"
    raise RuntimeError("the regular expression never became slow")


def spin_until(stopped: threading.Event) -> None:
    """Burn CPU in Python until told to stop."""
    while not stopped.is_set():
        pass


@contextlib.contextmanager
def spin_in_threads(count: int) -> Iterator[None]:
    """So many Python threads that want the GIL all the time."""
    stopped = threading.Event()
    for _ in range(count):
        threading.Thread(target=spin_until, args=(stopped,), daemon=True).start()
    try:
        yield
    finally:
        stopped.set()


def hoard(into: list[list[object]], objects: int = 3_000_000) -> None:
    """Fill a large heap with what the collector has to walk through; kept, for freeing it takes time too."""
    if into:
        return
    gc.disable()
    try:
        into.extend([] for _ in range(objects))
    finally:
        gc.enable()


@contextlib.asynccontextmanager
async def crowd(cpu: int, programs: int) -> AsyncIterator[None]:
    """So many programs that burn one CPU."""
    command = ["taskset", "-c", str(cpu), sys.executable, "-c", BURN]
    crowding = [await asyncio.to_thread(subprocess.Popen, command) for _ in range(programs)]
    try:
        await asyncio.sleep(0.5)
        yield
    finally:
        for program in crowding:
            program.kill()
            await asyncio.to_thread(program.wait)
