"""The write path: nothing partial is ever seen, whatever goes wrong, and the memory it holds is bounded."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import threading
from typing import TYPE_CHECKING

import pytest
from docstore.errors import DigestMismatch, StorageFull, TooLarge
from docstore.storage.blobs import BlobStore, open_blobs
from docstore.storage.layout import Layout
from docstore.storage.sink import BATCH_BYTES
from docstore.storage.threads import FileThreads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from docstore.storage.blob_file import Piece, Writev

pytestmark = pytest.mark.anyio

NO_LIMIT = 1 << 40
CHUNK = bytes(range(256)) * 256


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


@pytest.fixture
async def threads() -> AsyncIterator[FileThreads]:
    opened = FileThreads(4)
    yield opened
    await opened.close()


async def open_store(tmp_path: Path, threads: FileThreads, writev: Writev = os.writev) -> BlobStore:
    return await open_blobs(Layout(tmp_path), threads, writev)


def files_in(store: BlobStore) -> list[str]:
    folders = (store.run.folder, store.layout.blobs)
    return [p.name for folder in folders for p in folder.rglob("*") if p.is_file() and p.name != "lock"]


async def test_what_was_written_is_what_is_stored(tmp_path: Path, threads: FileThreads) -> None:
    store = await open_store(tmp_path, threads)
    content = os.urandom(3 * BATCH_BYTES + 17)
    async with store.receive("doc_0a", NO_LIMIT) as sink:
        for start in range(0, len(content), 100_003):
            await sink.write(memoryview(content)[start : start + 100_003])
        sealed = await sink.seal()
    assert store.layout.blob("doc_0a").read_bytes() == content
    assert sealed.sha256 == hashlib.sha256(content).hexdigest()
    assert sealed.size_bytes == len(content)
    await store.close()


async def test_an_empty_file_is_a_file(tmp_path: Path, threads: FileThreads) -> None:
    store = await open_store(tmp_path, threads)
    async with store.receive("doc_0a", NO_LIMIT) as sink:
        await sink.write(b"")
        sealed = await sink.seal()
    assert (sealed.size_bytes, store.layout.blob("doc_0a").stat().st_size) == (0, 0)
    await store.close()


async def test_a_kernel_that_takes_less_than_it_is_given_is_given_the_rest(
    tmp_path: Path, threads: FileThreads
) -> None:
    store = await open_store(tmp_path, threads, Disk(most_bytes=1000).writev)
    async with store.receive("doc_0a", NO_LIMIT) as sink:
        await sink.write(CHUNK)
        await sink.write(CHUNK)
        await sink.seal()
    assert store.layout.blob("doc_0a").read_bytes() == CHUNK * 2
    await store.close()


async def test_more_pieces_than_one_vector_holds_are_all_written(
    tmp_path: Path, threads: FileThreads
) -> None:
    store = await open_store(tmp_path, threads)
    async with store.receive("doc_0a", NO_LIMIT) as sink:
        for _ in range(5000):
            await sink.write(b"ab")
        await sink.seal()
    assert store.layout.blob("doc_0a").read_bytes() == b"ab" * 5000
    await store.close()


async def test_one_batch_is_in_flight_and_the_writer_waits_for_it(
    tmp_path: Path, threads: FileThreads
) -> None:
    disk = Disk()
    store = await open_store(tmp_path, threads, disk.writev)
    async with store.receive("doc_0a", NO_LIMIT) as sink:
        disk.may_write.clear()
        writing = asyncio.create_task(write_batches(sink.write, 3))
        for _ in range(1000):
            await asyncio.sleep(0)
        # The first batch is with the disk, the second is full: the third waits, and so does the client.
        assert not writing.done()
        assert sink.size_bytes == 2 * BATCH_BYTES
        disk.may_write.set()
        await writing
        await sink.seal()
    assert disk.most_at_once == 1
    assert store.layout.blob("doc_0a").stat().st_size == 3 * BATCH_BYTES
    await store.close()


async def write_batches(write: object, count: int) -> None:
    assert callable(write)
    for _ in range(count):
        await write(bytes(BATCH_BYTES))


async def test_before_it_is_sealed_nothing_is_visible(tmp_path: Path, threads: FileThreads) -> None:
    store = await open_store(tmp_path, threads)
    async with store.receive("doc_0a", NO_LIMIT) as sink:
        await write_batches(sink.write, 2)
        assert not store.layout.blob("doc_0a").exists()
        await sink.seal()
    assert store.layout.blob("doc_0a").exists()
    await store.close()


async def test_a_wrong_digest_leaves_nothing(tmp_path: Path, threads: FileThreads) -> None:
    store = await open_store(tmp_path, threads)
    with pytest.raises(DigestMismatch, match="nothing was kept"):
        async with store.receive("doc_0a", NO_LIMIT) as sink:
            await write_batches(sink.write, 2)
            await sink.seal("0" * 64)
    assert files_in(store) == []
    await store.close()


async def test_a_file_above_the_limit_is_stopped_while_it_streams(
    tmp_path: Path, threads: FileThreads
) -> None:
    store = await open_store(tmp_path, threads)
    with pytest.raises(TooLarge) as caught:
        async with store.receive("doc_0a", 3 * BATCH_BYTES) as sink:
            await write_batches(sink.write, 1000)
    assert sink.size_bytes == 4 * BATCH_BYTES
    assert caught.value.members == {"limit_bytes": 3 * BATCH_BYTES}
    assert files_in(store) == []
    await store.close()


@pytest.mark.parametrize("room_batches", [0, 1, 2])
async def test_a_full_disk_leaves_nothing(tmp_path: Path, threads: FileThreads, room_batches: int) -> None:
    disk = Disk(room_bytes=room_batches * BATCH_BYTES + 10)
    store = await open_store(tmp_path, threads, disk.writev)
    with pytest.raises(StorageFull, match="No space left"):
        async with store.receive("doc_0a", NO_LIMIT) as sink:
            await write_batches(sink.write, 3)
            await sink.seal()
    assert files_in(store) == []
    await store.close()


async def test_another_failure_of_the_disk_is_not_called_full(tmp_path: Path, threads: FileThreads) -> None:
    def break_down(descriptor: int, pieces: Sequence[Piece]) -> int:
        raise OSError(errno.EIO, "the disk broke")

    store = await open_store(tmp_path, threads, break_down)
    with pytest.raises(OSError, match="the disk broke"):
        async with store.receive("doc_0a", NO_LIMIT) as sink:
            await sink.write(b"x")
            await sink.seal()
    assert files_in(store) == []
    await store.close()


async def test_a_cancelled_upload_leaves_nothing_even_with_a_batch_in_flight(
    tmp_path: Path, threads: FileThreads
) -> None:
    disk = Disk()
    store = await open_store(tmp_path, threads, disk.writev)

    async def upload() -> None:
        async with store.receive("doc_0a", NO_LIMIT) as sink:
            await write_batches(sink.write, 3)

    disk.may_write.clear()
    task = asyncio.create_task(upload())
    await threads.run(disk.has_begun.wait)
    task.cancel()
    disk.may_write.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.threads.run(lambda: None)
    await threads.close()
    assert files_in(store) == []


async def test_a_sealed_file_can_still_be_discarded(tmp_path: Path, threads: FileThreads) -> None:
    store = await open_store(tmp_path, threads)
    async with store.receive("doc_0a", NO_LIMIT) as sink:
        await sink.write(b"x")
        await sink.seal()
    await sink.discard()
    assert files_in(store) == []
    await store.close()


async def test_what_a_dead_process_left_is_swept_and_what_a_living_one_writes_is_not(
    tmp_path: Path, threads: FileThreads
) -> None:
    living = await open_store(tmp_path, threads)
    (living.run.folder / "doc_alive.part").write_bytes(b"arriving")
    dead = living.layout.incoming / "run_dead"
    dead.mkdir()
    (dead / "lock").touch()
    (dead / "doc_dead.part").write_bytes(b"left")
    unlocked = living.layout.incoming / "run_killed_before_its_lock"
    unlocked.mkdir()

    other = await open_store(tmp_path, threads)

    assert other.swept_files == 1
    assert not dead.exists()
    assert not unlocked.exists()
    assert (living.run.folder / "doc_alive.part").exists()
    # Not alone: a file without a row may belong to the other, unless it is old.
    assert other.orphans_before < living.orphans_before
    await other.close()
    await living.close()
