"""The blob store: bytes by document id, on a local disk."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from docstore.storage.blob_file import BlobFile, Writev
from docstore.storage.runs import Run, holding_house, sweep_dead_runs
from docstore.storage.sink import BlobSink

if TYPE_CHECKING:
    from docstore.storage.layout import Layout
    from docstore.storage.threads import FileThreads

# How old a file without a row must be, where another living process may be about to register it.
GRACE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class BlobStore:
    """Made by `open_blobs`, which also says what it swept and how old a file without a row must be to go."""

    layout: Layout
    threads: FileThreads
    run: Run
    writev: Writev
    swept_files: int
    orphans_before: float

    def receive(self, document_id: str, limit_bytes: int) -> BlobSink:
        """A sink for a new file; use it with `async with`."""
        temporary = self.run.folder / f"{document_id}.part"
        file = BlobFile(temporary, self.layout.blob(document_id), self.writev)
        return BlobSink(document_id, file, self.threads, limit_bytes)

    async def remove(self, document_id: str) -> None:
        """Blob and text, off the loop: unlinking a gigabyte takes up to a tenth of a second."""
        await self.threads.run(partial(remove_files, self.layout, document_id))

    async def close(self) -> None:
        """Give up this process's folder of arriving files."""
        await self.threads.run(self.run.close)


async def open_blobs(layout: Layout, threads: FileThreads, writev: Writev = os.writev) -> BlobStore:
    """Make the folders, lock our own, and sweep what dead processes left half-written."""
    started_at = time.time()

    def prepare() -> BlobStore:
        layout.create()
        with holding_house(layout.incoming):
            run = Run(layout.incoming)
            removed, is_alone = sweep_dead_runs(layout.incoming, run)
        orphans_before = started_at if is_alone else started_at - GRACE_SECONDS
        return BlobStore(layout, threads, run, writev, removed, orphans_before)

    return await threads.run(prepare)


def remove_files(layout: Layout, document_id: str) -> None:
    """Whatever of the document's files exists."""
    for path in (layout.blob(document_id), layout.text(document_id), layout.spans(document_id)):
        path.unlink(missing_ok=True)
