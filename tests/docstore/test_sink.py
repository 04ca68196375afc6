"""The write path: nothing partial is ever seen, whatever goes wrong, and the memory it holds is bounded."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from docstore.errors import DigestMismatch, StorageFull, TooLarge
from docstore.storage.sink import BATCH_BYTES
from docstore.storage.threads import FileThreads

from tests.docstore.disks import NO_LIMIT, Disk, files_in, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from docstore.storage.blob_file import Piece

pytestmark = pytest.mark.anyio

CHUNK = bytes(range(256)) * 256


@pytest.fixture
async def threads() -> AsyncIterator[FileThreads]:
    opened = FileThreads(4)
    yield opened
    await opened.close()


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
