"""The planted stalls: a FastAPI app whose endpoints block the loop, each in its own way, each on a known
line.

The line that has to be named carries the comment `# PLANT name`. Every endpoint answers with the seconds
it blocked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import importlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from bench.runtime import surroundings
from bench.runtime.plants import STALL_SECONDS
from bench.runtime.watch import Seconds, Watch

if TYPE_CHECKING:
    from bench.runtime.watchers import App

router = APIRouter(prefix="/plants")
DATA = b"x" * 180_000_000
ROWS = [{"number": i, "text": "some text", "list": [1, 2, 3]} for i in range(250_000)]
HOARD: list[list[object]] = []


@router.get("/sleep/{item}")
async def sleep(item: int) -> Seconds:
    watch = Watch()
    time.sleep(STALL_SECONDS)  # PLANT sleep
    return watch.read()


def wait_deep() -> None:
    time.sleep(STALL_SECONDS)  # PLANT sleep_deep


def wait_through() -> None:
    wait_deep()


@router.get("/sleep_deep/{item}")
async def sleep_deep(item: int) -> Seconds:
    watch = Watch()
    wait_through()
    return watch.read()


@router.get("/sha256/{item}")
async def sha256(item: int) -> Seconds:
    watch = Watch()
    hashlib.sha256(DATA).hexdigest()  # PLANT sha256
    return watch.read()


@router.get("/json_dumps/{item}")
async def json_dumps(item: int) -> Seconds:
    watch = Watch()
    json.dumps(ROWS)  # PLANT json_dumps
    return watch.read()


@router.get("/sqlite_lock/{item}")
async def sqlite_lock(item: int) -> Seconds:
    connection = sqlite3.connect(app_state.database, timeout=STALL_SECONDS, isolation_level=None)
    watch = Watch()
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("insert into t values (1)")  # PLANT sqlite_lock
    seconds = watch.read()
    connection.close()
    return seconds


@router.get("/write_fsync/{item}")
async def write_fsync(item: int) -> Seconds:
    with tempfile.TemporaryFile() as file:
        watch = Watch()
        write_all(file.fileno())
        return watch.read()


def write_all(descriptor: int) -> None:
    os.fsync(descriptor if os.write(descriptor, DATA) else -1)  # PLANT write_fsync


@router.get("/http/{item}")
async def http(item: int) -> Seconds:
    watch = Watch()
    urllib.request.urlopen(app_state.slow_url).read()  # PLANT http
    return watch.read()


@router.get("/subprocess/{item}")
async def run_program(item: int) -> Seconds:
    watch = Watch()
    subprocess.run(["sleep", str(STALL_SECONDS)], check=True)  # PLANT subprocess
    return watch.read()


@router.get("/regex/{item}")
async def regex(item: int) -> Seconds:
    watch = Watch()
    re.match(r"(a+)+$", app_state.catastrophe)  # PLANT regex
    return watch.read()


@router.get("/collect/{item}")
async def collect(item: int) -> Seconds:
    await asyncio.to_thread(surroundings.hoard, HOARD)
    watch = Watch()
    gc.collect()  # PLANT collect
    return watch.read()


def hold_the_gil() -> Seconds:
    watch = Watch()
    json.dumps(ROWS)  # PLANT gil_call
    return watch.read()


@router.get("/gil_call/{item}")
async def gil_call(item: int) -> Seconds:
    return await asyncio.to_thread(hold_the_gil)


@router.get("/gil_threads/{item}")
async def gil_threads(item: int) -> Seconds:
    watch = Watch()
    with surroundings.spin_in_threads(4):
        end = time.thread_time() + STALL_SECONDS / 6
        while time.thread_time() < end:  # PLANT gil_threads
            pass
        return watch.read()


@router.get("/future_result/{item}")
async def future_result(item: int) -> Seconds:
    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(time.sleep, STALL_SECONDS)
        watch = Watch()
        future.result()  # PLANT future_result
        return watch.read()


@router.get("/lock_acquire/{item}")
async def lock_acquire(item: int) -> Seconds:
    lock = threading.Lock()
    surroundings.hold_lock(lock, STALL_SECONDS)
    watch = Watch()
    lock.acquire()  # PLANT lock_acquire
    return watch.read()


def work_a_little() -> None:
    end = time.perf_counter() + STALL_SECONDS / 1800
    while time.perf_counter() < end:  # PLANT tiny_callbacks
        pass


@router.get("/tiny_callbacks/{item}")
async def tiny_callbacks(item: int) -> Seconds:
    loop = asyncio.get_running_loop()
    watch = Watch()
    for _ in range(1800):
        loop.call_soon(work_a_little)
    await asyncio.sleep(0)
    return watch.read()


@router.get("/heavy_import/{item}")
async def heavy_import(item: int) -> Seconds:
    for name in [name for name in sys.modules if name.partition(".")[0] == "sqlalchemy"]:
        del sys.modules[name]
    watch = Watch()
    importlib.import_module("sqlalchemy.orm")  # PLANT heavy_import
    return watch.read()


@router.get("/getaddrinfo/{item}")
async def getaddrinfo(item: int) -> Seconds:
    watch = Watch()
    for number in range(10_000):
        with contextlib.suppress(OSError):
            socket.getaddrinfo(f"host{number}.invalid", 80)  # PLANT getaddrinfo
        if watch.read()["seconds"] > STALL_SECONDS:
            break
    return watch.read()


@router.get("/machine/{item}")
async def machine(item: int) -> Seconds:
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cpus)})
    try:
        async with surroundings.crowd(min(cpus), 8):
            watch = Watch()
            end = time.thread_time() + STALL_SECONDS / 8
            while time.thread_time() < end:  # PLANT machine
                pass
            return watch.read()
    finally:
        os.sched_setaffinity(0, cpus)


@router.get("/healthy/{item}")
async def healthy(item: int) -> Seconds:
    """Does no harm."""
    await asyncio.sleep(0.001)
    return {"seconds": 0.0}


class AppState:
    """What was prepared."""

    database = ""
    slow_url = ""
    catastrophe = ""


app_state = AppState()


def make_planted_app() -> App:
    """The app, with everything that its endpoints need."""
    app_state.database = str(surroundings.lock_database())
    app_state.slow_url = surroundings.start_slow_server()
    app_state.catastrophe = surroundings.find_catastrophe()
    app = FastAPI()
    app.include_router(router)
    return app
