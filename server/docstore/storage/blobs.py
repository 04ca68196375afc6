"""The blob store: bytes by document id, on a local disk."""

from __future__ import annotations

import os
import time
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


class BlobStore:
    """Opened with `open_blobs`; `receive` gives a sink, `remove` takes a document's files away."""

    def __init__(self, layout: Layout, threads: FileThreads, run: Run, writev: Writev) -> None:
        self.layout = layout
        self.threads = threads
        self._run = run
        self._writev = writev

    def receive(self, document_id: str, limit_bytes: int) -> BlobSink:
        """A sink for a new file; use it with `async with`."""
        temporary = self._run.folder / f"{document_id}.part"
        file = BlobFile(temporary, self.layout.blob(document_id), self._writev)
        return BlobSink(document_id, file, self.threads, limit_bytes)

    async def remove(self, document_id: str) -> None:
        """Blob and text, off the loop: unlinking a gigabyte takes up to a tenth of a second."""
        await self.threads.run(partial(remove_files, self.layout, document_id))

    async def close(self) -> None:
        """Give up this process's folder of arriving files."""
        await self.threads.run(self._run.close)


class Opened:
    """What `open_blobs` found: the store, and which files without a row may be removed."""

    def __init__(self, store: BlobStore, partial_files: int, orphans_before: float) -> None:
        self.store = store
        self.partial_files = partial_files
        self.orphans_before = orphans_before


async def open_blobs(layout: Layout, threads: FileThreads, writev: Writev = os.writev) -> Opened:
    """Make the folders, lock our own, and sweep what dead processes left half-written."""
    started_at = time.time()

    def prepare() -> Opened:
        layout.create()
        with holding_house(layout.incoming):
            run = Run(layout.incoming)
            removed, is_alone = sweep_dead_runs(layout.incoming, run)
        store = BlobStore(layout, threads, run, writev)
        return Opened(store, removed, started_at if is_alone else started_at - GRACE_SECONDS)

    return await threads.run(prepare)


def remove_files(layout: Layout, document_id: str) -> None:
    """Whatever of the document's files exists."""
    for path in (layout.blob(document_id), layout.text(document_id), layout.spans(document_id)):
        path.unlink(missing_ok=True)
