"""Search: ranked, highlighted, within one collection; and no query is anything but a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docstore.errors import Unprocessable
from docstore.services.searching import as_match, split_marks
from docstore.storage.deadlines import limiting_time
from docstore.storage.passages import Match, search_passages

from tests.docstore.workbench import Bench, bench

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

pytestmark = pytest.mark.anyio

HOSTILE = [
    '"', '""', "*", "a OR b", "NEAR(a b)", "text:a", "a^2", "-a", "a AND NOT b", "(", "{a}: b", "a*b",
    "'; --", "a\0b",
]  # fmt: skip


async def index(it: Bench, *contents: bytes) -> None:
    for content in contents:
        await it.upload(content)
    while await it.worker.run_once():
        pass


@pytest.mark.parametrize("words", HOSTILE)
async def test_what_looks_like_query_syntax_is_words_or_refused(tmp_path: Path, words: str) -> None:
    async with bench(tmp_path) as it:
        await index(it, b"alpha beta")
        answer = await it.app.http.get(f"/v1/collections/{it.collection}/query", params={"q": words})
        assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ("invoice due", '"invoice" "due"'),
        ('"due date" now', '"due date" "now"'),
        ("inv*", '"inv"*'),
        ("a OR b", '"a" "OR" "b"'),
        ('say"hi', '"say hi"'),
        ("! word", '"word"'),
    ],
)
def test_words_become_quoted_terms(words: str, match: str) -> None:
    assert as_match(words) == match


@pytest.mark.parametrize("words", ["", "   ", '"', "*", "!?", "a " * 33])
def test_a_query_without_words_or_with_too_many_is_refused(words: str) -> None:
    with pytest.raises(Unprocessable):
        as_match(words)


def test_highlights_are_places_in_the_plain_snippet() -> None:
    assert split_marks("a \x02b\x03 <c> \x02d\x03") == ("a b <c> d", [(2, 3), (8, 9)])


async def test_a_query_sees_its_own_collection_only(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        await index(it, b"alpha")
        other = await it.app.create_collection("other")
        answer = await it.app.http.get(f"/v1/collections/{other}/query", params={"q": "alpha"})
        assert answer.json()["hits"] == []
        assert await it.query("alpha") == ["alpha"]


async def test_the_answer_comes_in_pages(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        await index(it, *(b"alpha n%d" % number for number in range(5)))
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            query = {"q": "alpha", "limit": "2", **({"cursor": cursor} if cursor else {})}
            answer = (await it.app.http.get(f"/v1/collections/{it.collection}/query", params=query)).json()
            seen += [hit["document_id"] for hit in answer["hits"]]
            cursor = answer["next_cursor"]
        assert (len(set(seen)), cursor) == (5, None)


async def test_a_query_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        await index(it, b" ".join([b"common"] * 2000))

        def ask(connection: Connection) -> list[Match]:
            with limiting_time(connection, 0.0):
                return search_passages(connection, it.collection, '"common"', 100, 0)

        with pytest.raises(Unprocessable, match="rarer words"):
            await it.worker.database.read(ask)
        assert len(await it.query("common")) == 10
