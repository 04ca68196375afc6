"""What becomes of a document when its processing ends well, badly, too often, or not at all."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import pytest
from docstore.processing.extract import ExtractOrder
from docstore.processing.readers import UnreadableError
from docstore.processing.reading import Reading
from docstore.storage.layout import Layout

from tests.docstore.workbench import bench

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.anyio


def raise_(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


async def test_a_document_becomes_ready_and_can_be_found(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        assert (await it.look(document))["status"] == "received"
        assert await it.worker.run_once()
        seen = await it.look(document)
        assert (seen["status"], seen["error"], seen["passage_count"]) == ("ready", None, 3)
        assert await it.query("two") == ["two"]
        assert not await it.worker.run_once()


async def test_while_it_is_read_it_is_shown_as_processing(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        it.reading.waits = asyncio.Event()
        working = asyncio.create_task(it.worker.run_once())
        await it.reading.has_begun.wait()
        assert (await it.look(document))["status"] == "processing"
        it.reading.waits.set()
        await working


async def test_an_unreadable_document_fails_with_its_sentence_and_is_not_tried_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        it.reading.does = raise_(UnreadableError("It is not text."))
        assert await it.worker.run_once()
        seen = await it.look(document)
        assert (seen["status"], seen["error"]) == ("failed", "It is not text.")
        assert not await it.worker.run_once()


async def test_our_own_failure_is_tried_again_later_and_then_given_up(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        it.reading.does = raise_(OSError("the disk is away"))
        for _ in range(3):
            assert await it.worker.run_once()
            assert not await it.worker.run_once()
            it.clock.now += timedelta(minutes=5)
        seen = await it.look(document)
        assert (seen["status"], seen["error"]) == (
            "failed",
            "It could not be processed in 3 attempts (OSError).",
        )


async def test_a_worker_that_dies_again_and_again_fails_the_document(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        for _ in range(3):
            assert await it.worker.queue.claim() is not None
            it.clock.now += timedelta(minutes=5)
        assert await it.worker.run_once()
        assert it.reading.read_ids == []
        assert (await it.look(document))["error"] == "Its worker died 3 times while processing it."


async def test_a_stopped_worker_gives_its_job_back(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        it.reading.waits = asyncio.Event()
        working = asyncio.create_task(it.worker.run_once())
        await it.reading.has_begun.wait()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        it.reading.waits = None
        assert await it.worker.run_once()
        assert (await it.look(document))["status"] == "ready"


async def test_a_run_cut_off_while_indexing_goes_on_and_nothing_is_twice(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload(b" ".join(b"word%d" % n for n in range(350)))
        lease = await it.worker.queue.claim()
        assert lease is not None
        await it.reading.read(document, "text/plain")
        await it.worker.jobs.indexing.index(lease, 150)
        assert await it.query("word7") == []
        it.clock.now += timedelta(minutes=5)
        assert await it.worker.run_once()
        assert (await it.look(document))["passage_count"] == 350
        assert await it.count("passages") == 350
        assert await it.query("word7") == ["word7"]


async def test_processing_again_replaces_the_passages_in_one_step(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        await it.worker.run_once()
        url = f"/v1/collections/{it.collection}/process"
        assert (await it.app.http.post(url)).json()["queued"] == 0
        assert (await it.app.http.post(url, json={"documents": "all"})).json()["queued"] == 1
        assert await it.query("two") == ["two"]
        assert (await it.app.http.get(f"/v1/documents/{document}/text")).status_code == 200
        it.clock.now += timedelta(minutes=5)
        await it.worker.run_once()
        assert await it.query("two") == ["two"]
        assert await it.count("passages") == 3


async def test_a_document_deleted_while_it_is_processed_leaves_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        document = await it.upload()
        it.reading.waits = asyncio.Event()
        working = asyncio.create_task(it.worker.run_once())
        await it.reading.has_begun.wait()
        await it.app.http.delete(f"/v1/documents/{document}")
        it.reading.waits.set()
        await working
        assert await it.worker.run_once()
        assert await it.count("passages") == 0
        assert await it.count("jobs") == 0
        assert it.app.stored_files() == []
        assert not it.reading.layout.text(document).exists()


async def test_a_deleted_collection_is_erased_to_the_last_file(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        for number in range(3):
            await it.upload(b"content %d" % number)
        await it.worker.run_once()
        assert (await it.app.http.delete(f"/v1/collections/{it.collection}")).status_code == 204
        assert (await it.app.http.get(f"/v1/collections/{it.collection}/status")).status_code == 404
        again = await it.app.create_collection()
        it.clock.now += timedelta(minutes=5)
        while await it.worker.run_once():
            pass
        assert [await it.count(table) for table in ("documents", "passages", "jobs")] == [0, 0, 0]
        assert it.app.stored_files() == []
        assert (await it.app.http.get(f"/v1/collections/{again}")).status_code == 200


async def test_a_kind_that_cannot_be_read_fails_with_a_sentence_that_names_it(tmp_path: Path) -> None:
    reading = Reading(Layout(tmp_path), anyio.CapacityLimiter(1), seconds=1, memory_bytes=1 << 30)
    with pytest.raises(UnreadableError, match="image/png cannot be searched"):
        await reading.read("doc_0a", "image/png")


def test_an_order_is_small_enough_to_cross_the_pipe_on_the_loop() -> None:
    order = ExtractOrder(Path("a"), "text", Path("b"), Path("c"), memory_bytes=1, seconds=1.0)
    assert len(repr(order)) < 1000
