"""Which failures are tried again, how often, and with what waits."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from docstore.client import AsyncDocstore, DocstoreError, RefusedError, Retries, UnreachableError
from docstore.client.files import describe_file

from tests.docstore_client.fakes import NO_DOCUMENTS, UPLOADED, CountedSleep, as_json, connect
from tests.docstore_client.hostile import Behaviour, Heard, answer, behave, break_off, drop, hang

if TYPE_CHECKING:
    from pathlib import Path

COLLECTION = as_json({"id": "col_1", "name": "a", "description": "", "created_at": "2025-01-01T00:00:00Z"})


def status_against(
    *behaviours: Behaviour, read_seconds: float = 5.0
) -> tuple[list[Heard], list[float], DocstoreError | None]:
    """Ask for the documents of a collection; what was heard, the waits, and how it ended."""

    async def work() -> tuple[list[Heard], list[float], DocstoreError | None]:
        sleep = CountedSleep()
        async with behave(behaviours) as hostile:
            async with AsyncDocstore(
                connect(hostile.url, read_seconds=read_seconds), sleep=sleep
            ) as docstore:
                try:
                    assert [document async for document in docstore.list_documents("col_1")] == []
                except DocstoreError as error:
                    return hostile.heard, sleep.waited_seconds, error
            return hostile.heard, sleep.waited_seconds, None

    return asyncio.run(work())


@pytest.mark.parametrize(
    "failure", [answer(502), answer(503), answer(504), answer(429), drop, break_off(b"x" * 99, 5)]
)
def test_a_read_is_tried_again_after_a_passing_failure(failure: Behaviour) -> None:
    heard, waits, error = status_against(failure, answer(200, NO_DOCUMENTS))
    assert error is None
    assert len(heard) == 2
    assert len(waits) == 1


@pytest.mark.parametrize("failure", [answer(503), drop])
def test_trying_again_ends(failure: Behaviour) -> None:
    heard, waits, error = status_against(failure)
    assert error is not None
    assert len(heard) == 4
    assert len(waits) == 3


def test_waits_double_and_are_cut_at_random_by_up_to_half() -> None:
    waits = list(
        Retries(attempts=7, first_seconds=1, longest_seconds=8, random=random.Random(3)).delays_seconds()
    )
    for wait, whole in zip(waits, (1, 2, 4, 8, 8, 8), strict=True):
        assert whole / 2 <= wait <= whole


def test_the_server_may_ask_for_a_longer_wait() -> None:
    _, waits, _ = status_against(answer(503, headers={"Retry-After": "7"}), answer(200, NO_DOCUMENTS))
    assert waits == [7.0]


def test_the_server_may_not_ask_for_a_wait_without_end() -> None:
    _, waits, _ = status_against(answer(503, headers={"Retry-After": "999999"}), answer(200, NO_DOCUMENTS))
    assert waits == [8.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 500, 507])
def test_a_plain_no_is_not_tried_again(status: int) -> None:
    heard, waits, error = status_against(answer(status))
    assert isinstance(error, RefusedError)
    assert error.status == status
    assert len(heard) == 1
    assert waits == []


def test_silence_is_not_waited_for_twice() -> None:
    heard, waits, error = status_against(hang, read_seconds=0.2)
    assert isinstance(error, UnreachableError)
    assert "stayed silent for 0.2 s" in str(error)
    assert len(heard) == 1
    assert waits == []


@pytest.mark.parametrize("failure", [drop, answer(502), answer(504)])
def test_making_a_collection_is_not_sent_twice_when_it_may_have_been_done(failure: Behaviour) -> None:
    async def work() -> int:
        async with behave([failure, answer(201, COLLECTION)]) as hostile:
            async with AsyncDocstore(connect(hostile.url), sleep=CountedSleep()) as docstore:
                with pytest.raises(DocstoreError):
                    await docstore.create_collection("a")
            return len(hostile.heard)

    assert asyncio.run(work()) == 1


def test_making_a_collection_is_sent_again_when_the_server_was_not_ready() -> None:
    async def work() -> int:
        async with behave([answer(503), answer(201, COLLECTION)]) as hostile:
            async with AsyncDocstore(connect(hostile.url), sleep=CountedSleep()) as docstore:
                assert (await docstore.create_collection("a")).id == "col_1"
            return len(hostile.heard)

    assert asyncio.run(work()) == 2


@pytest.mark.parametrize("failure", [drop, answer(502), answer(503), break_off(UPLOADED, 9)])
def test_an_upload_is_sent_again_whole_because_its_digest_makes_that_harmless(
    failure: Behaviour, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 9000
    path = tmp_path / "a.bin"
    path.write_bytes(content)

    async def work() -> list[Heard]:
        async with behave([failure, answer(202, UPLOADED)]) as hostile:
            async with AsyncDocstore(connect(hostile.url), sleep=CountedSleep()) as docstore:
                await docstore.upload("col_1", describe_file(path))
            return hostile.heard

    first, second = asyncio.run(work())
    assert first.body == second.body == content
    assert first.headers["content-sha256"] == second.headers["content-sha256"]
    assert "transfer-encoding" not in first.headers


def test_nobody_listening_is_tried_again_and_then_said_in_a_sentence() -> None:
    async def work() -> tuple[str, int]:
        async with behave([hang]) as hostile:
            url = hostile.url
        sleep = CountedSleep()
        async with AsyncDocstore(connect(url), sleep=sleep) as docstore:
            with pytest.raises(UnreachableError) as caught:
                await docstore.status("col_1")
        return str(caught.value), len(sleep.waited_seconds)

    sentence, waits = asyncio.run(work())
    assert waits == 3
    assert "connection refused" in sentence
    assert "docstore serve" in sentence
