"""Every failure ends in a sentence that says what happened and what to do."""

from __future__ import annotations

import asyncio

import pytest
from docstore.client import AsyncDocstore, NotUnderstoodError, RefusedError, Timeouts, UnusableInputError

from tests.docstore_client.fakes import CountedSleep, as_json, connect
from tests.docstore_client.hostile import Behaviour, answer, behave


def ask_for_status(behaviour: Behaviour) -> str:
    """The sentence that asking for a status ends in."""

    async def work() -> str:
        async with (
            behave([behaviour]) as hostile,
            AsyncDocstore(connect(hostile.url), sleep=CountedSleep()) as docstore,
        ):
            with pytest.raises((RefusedError, NotUnderstoodError)) as caught:
                await docstore.status("col_1")
            return str(caught.value)

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "DOCSTORE_API_KEY"),
        (404, "docstore list"),
        (408, "run the command again"),
        (413, "Split the file"),
        (429, "--concurrency"),
        (507, "disk is full"),
    ],
)
def test_a_refusal_says_what_the_server_said_and_what_to_do(status: int, advice: str) -> None:
    problem = as_json({"title": "A title", "detail": "This is the reason.", "status": status})
    sentence = ask_for_status(answer(status, problem))
    assert f"({status})" in sentence
    assert "This is the reason." in sentence
    assert advice in sentence


def test_a_limit_is_said_in_megabytes() -> None:
    sentence = ask_for_status(answer(413, as_json({"detail": "Too large.", "limit_bytes": 5_000_000})))
    assert "The limit is 5.0 MB." in sentence


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"\xff\xfe", b"[]", b"", b"null"])
def test_a_refusal_that_is_no_problem_document_is_a_sentence_all_the_same(body: bytes) -> None:
    assert "(500)" in ask_for_status(answer(500, body))


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"{}", b"\xff", b'{"collection_id": 3}'])
def test_an_answer_of_some_other_server_is_told_from_a_docstores(body: bytes) -> None:
    assert "not by a docstore" in ask_for_status(answer(200, body))


@pytest.mark.parametrize("url", ["localhost:8000", "", "ftp://host"])
def test_an_address_that_is_none_is_said_so(url: str) -> None:
    async def work() -> None:
        async with AsyncDocstore(connect(url), sleep=CountedSleep()) as docstore:
            await docstore.status("col_1")

    with pytest.raises(UnusableInputError, match="no address of a server"):
        asyncio.run(work())


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("inf"), float("nan")])
def test_a_timeout_without_end_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="must be more than 0 and have an end"):
        Timeouts(read_seconds=seconds)


def test_the_default_timeouts_are_thirty_seconds_to_connect_and_three_hundred_to_read() -> None:
    assert (Timeouts().connect_seconds, Timeouts().read_seconds) == (30.0, 300.0)


def test_the_key_is_sent_and_never_shown() -> None:
    connection = connect("http://127.0.0.1:1", api_key="sesame")
    assert connection.headers == {"Authorization": "Bearer sesame"}
    assert "sesame" not in repr(connection)
