"""The large upload, on every service in turn, several rounds each, every service fresh in its own folder."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bench.docstore.bulk import Bulk, Shape, send_large_file
from bench.docstore.nginx import find_nginx, write_service
from bench.load.drive import open_http
from bench.load.experiment import AIOFILES, AS_REPORTED, DOCSTORE, Subject, watch
from bench.load.servers import Running, Service, find_free_port, running
from bench.load.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Contender:
    """A service and the way a file is sent to it; `shape` makes a new place to send to."""

    name: str
    make_service: Callable[[Path], Service]
    shape: Callable[[str], Shape]


def list_contenders() -> tuple[Contender, ...]:
    """All that can be run here; nginx where it is installed."""
    form = "/collections/{}/documents"
    contenders = [
        Contender("as reported", watched(AS_REPORTED), form_of("as_reported", form)),
        Contender("UploadFile + aiofiles", watched(AIOFILES), form_of("aiofiles", form)),
        Contender("docstore, multipart", watched(DOCSTORE), form_of("docstore", "/v1" + form)),
        Contender("docstore, raw", watched(DOCSTORE), put_to_docstore),
    ]
    if (nginx := find_nginx()) is not None:
        put = Shape("PUT", "/large.bin")
        contenders.append(Contender("nginx, PUT", partial(write_service, nginx), lambda _url: put))
    return tuple(contenders)


def watched(subject: Subject) -> Callable[[Path], Service]:
    """The service with its diagnostics on, as in the other tables."""
    return lambda folder: watch(subject, folder, folder / "evidence.jsonl", find_free_port())


def form_of(target: str, path: str) -> Callable[[str], Shape]:
    """A form to a new collection."""
    return lambda url: Shape("POST", path.format(make_collection(target, url)), is_multipart=True)


def put_to_docstore(url: str) -> Shape:
    """A raw body to a new collection."""
    return Shape("PUT", f"/v1/collections/{make_collection('docstore', url)}/documents/large.bin")


def make_collection(target: str, url: str) -> str:
    """A collection that nobody has used: equal bytes in one collection are stored once."""

    async def make() -> str:
        async with open_http(url) as http:
            return await TARGETS[target].create_collection(http, f"large {uuid.uuid4().hex}")

    return asyncio.run(make())


def run_rounds(contender: Contender, small: Path, large: Path, folder: Path, rounds: int) -> tuple[Bulk, ...]:
    """Warm the service up with a small file, then send the large one. The folder is removed afterwards."""
    folder.mkdir(parents=True)
    try:
        with running(contender.make_service(folder), folder) as service:
            send_once(contender, service, small)
            return tuple(send_once(contender, service, large) for _ in range(rounds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def send_once(contender: Contender, service: Running, file: Path) -> Bulk:
    """One upload to a new place."""
    return send_large_file(service.url, contender.shape(service.url), file, service.pid)
