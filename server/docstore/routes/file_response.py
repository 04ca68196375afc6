"""A slice of a file as a response: one read is in flight while the one before is sent."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from fastapi import Response
from starlette.types import Receive, Scope, Send

from docstore.services.ranges import ByteRange
from docstore.storage.threads import FileThreads, wait

READ_BYTES = 1024 * 1024


class FileResponse(Response):
    """Starlette's own goes through the shared thread pool; this one through the file threads, and ahead."""

    def __init__(
        self, path: Path, part: ByteRange, threads: FileThreads, status: int, headers: dict[str, str]
    ) -> None:
        super().__init__(status_code=status, headers=headers)
        self._path = path
        self._part = part
        self._threads = threads
        self.headers["content-length"] = str(part.length)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Opened before the first byte goes out: what fails here can still be answered with a problem.
        opening = partial(os.open, self._path, os.O_RDONLY | os.O_CLOEXEC)
        reader = Reader(await self._threads.run(opening), self._part, self._threads)
        # uvicorn swallows what is sent to a client that left; without this a gigabyte is read for nobody.
        leaving = asyncio.create_task(wait_for_leaving(receive))
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            while scope["method"] != "HEAD" and not leaving.done() and (chunk := await reader.read()):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            leaving.cancel()
            reader.close()


class Reader:
    """An open file, read in order and one chunk ahead."""

    def __init__(self, descriptor: int, part: ByteRange, threads: FileThreads) -> None:
        self._descriptor = descriptor
        self._offset = part.start
        self._stop = part.stop
        self._threads = threads
        self._ahead: Future[bytes] = self._start()

    async def read(self) -> bytes:
        """The next chunk, empty at the end."""
        chunk = await wait(self._ahead)
        self._offset += len(chunk)
        if chunk:
            self._ahead = self._start()
        return chunk

    def close(self) -> None:
        """Close behind the read in flight; the threads take work in order, so it has begun by then."""
        self._threads.start(partial(close_after, self._ahead, self._descriptor))

    def _start(self) -> Future[bytes]:
        length = min(READ_BYTES, self._stop - self._offset)
        return self._threads.start(partial(os.pread, self._descriptor, length, self._offset))


def close_after(read: Future[bytes], descriptor: int) -> None:
    """A descriptor that is closed under a read may be somebody else's file by then."""
    try:
        read.exception()
    finally:
        os.close(descriptor)


async def wait_for_leaving(receive: Receive) -> None:
    """Returns when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
