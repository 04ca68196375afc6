"""`python -m bench.load.drive`: read a plan from stdin, put the load on a service, print a LoadReport.

A collection of documents is uploaded in peace; then it is processed while several clients upload large files,
and the health page is watched from before the first to after the last.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import msgspec

from bench.load.report import LoadReport, Probe
from bench.load.targets import TARGETS, Target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.25


class Plan(msgspec.Struct, frozen=True):
    """Which service, which files, how many clients."""

    target: str
    url: str
    large: tuple[str, ...]
    documents: tuple[str, ...]
    clients: int = 4


@dataclass(frozen=True)
class Uploads:
    """How long each took, and what went wrong."""

    seconds: tuple[float, ...]
    errors: tuple[str, ...]


async def drive(plan: Plan) -> LoadReport:
    """The whole load, once."""
    target = TARGETS[plan.target]
    async with open_http(plan.url) as http:
        collection = await target.create_collection(http, "collection under load")
        await upload_quietly(target, http, collection, plan)
        await target.settle(http, collection, len(plan.documents))
        elsewhere = await target.create_collection(http, "uploads under load")
        async with probing(plan.url, target.health_path) as probed:
            started = time.perf_counter()
            await target.process(http, collection)
            uploading = asyncio.create_task(upload_from_clients(target, elsewhere, plan))
            done = await wait_until_processed(target, http, collection, len(plan.documents))
            processing_seconds = time.perf_counter() - started
            uploads = await uploading
        health = await probed
    return LoadReport(health, uploads.seconds, uploads.errors, processing_seconds, done)


def open_http(url: str) -> httpx2.AsyncClient:
    """One client with one connection, patient enough for a service that freezes."""
    limits = httpx2.Limits(max_connections=1)
    return httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, limits=limits, trust_env=False)


async def upload_quietly(target: Target, http: httpx2.AsyncClient, collection: str, plan: Plan) -> None:
    """The collection's documents, one after the other."""
    for document in plan.documents:
        await target.upload(http, collection, Path(document))


async def upload_from_clients(target: Target, collection: str, plan: Plan) -> Uploads:
    """The large files, shared out among the clients."""
    waiting = iter(plan.large)
    seconds: list[float] = []
    errors: list[str] = []

    async def upload_in_turn() -> None:
        async with open_http(plan.url) as http:
            for file in waiting:
                started = time.perf_counter()
                try:
                    await target.upload(http, collection, Path(file))
                except httpx2.HTTPError as error:
                    errors.append(f"{Path(file).name}: {error!r}")
                seconds.append(time.perf_counter() - started)

    await asyncio.gather(*(upload_in_turn() for _ in range(plan.clients)))
    return Uploads(tuple(seconds), tuple(errors))


async def wait_until_processed(
    target: Target, http: httpx2.AsyncClient, collection: str, documents: int
) -> int:
    """Ask until all are processed, or patience ends; how many are."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while (done := await target.count_done(http, collection)) < documents and time.perf_counter() < until:
        await asyncio.sleep(POLL_SECONDS)
    return done


@contextlib.asynccontextmanager
async def probing(url: str, path: str) -> AsyncIterator[asyncio.Future[Probe]]:
    """Watch the health page while the block runs; the future holds what was seen once it has ended."""
    address = urlsplit(url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load.probe", str(address.hostname), str(address.port), path,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    probed: asyncio.Future[Probe] = asyncio.get_running_loop().create_future()
    try:
        yield probed
        seen, _ = await asyncio.wait_for(process.communicate(b""), PATIENCE_SECONDS)
        probed.set_result(msgspec.json.decode(seen, type=Probe))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(drive(asked))))
