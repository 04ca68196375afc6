"""A store on a disk of ours, which can be slow, stingy, full."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

from docstore.storage.blobs import BlobStore, open_blobs
from docstore.storage.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docstore.storage.blob_file import Piece, Writev
    from docstore.storage.threads import FileThreads

NO_LIMIT = 1 << 40


class Disk:
    """A writev of ours: counts calls at a time, takes `most_bytes` a call, is full after `room_bytes`."""

    def __init__(self, room_bytes: int = NO_LIMIT, most_bytes: int = NO_LIMIT) -> None:
        self.room_bytes = room_bytes
        self.most_bytes = most_bytes
        self.at_once = 0
        self.most_at_once = 0
        self.may_write = threading.Event()
        self.may_write.set()
        self.has_begun = threading.Event()
        self._lock = threading.Lock()

    def writev(self, descriptor: int, pieces: Sequence[Piece]) -> int:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.has_begun.set()
        try:
            assert self.may_write.wait(30)
            content = b"".join(pieces)[: self.most_bytes]
            if len(content) > self.room_bytes:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.room_bytes -= len(content)
            return os.write(descriptor, content)
        finally:
            with self._lock:
                self.at_once -= 1


async def open_store(tmp_path: Path, threads: FileThreads, writev: Writev = os.writev) -> BlobStore:
    return await open_blobs(Layout(tmp_path), threads, writev)


def files_in(store: BlobStore) -> list[str]:
    folders = (store.run.folder, store.layout.blobs)
    return [p.name for folder in folders for p in folder.rglob("*") if p.is_file() and p.name != "lock"]
