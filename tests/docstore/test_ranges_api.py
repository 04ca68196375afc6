"""Downloads in parts, and not at all when the client has the bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from docstore.routes.file_response import READ_BYTES

from tests.docstore.opened import Opened, opened, quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.anyio

CONTENT = os.urandom(2 * READ_BYTES + 100)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Opened]:
    async with opened(quiet(tmp_path)) as application:
        yield application


@pytest.fixture
async def url(app: Opened) -> str:
    collection = await app.create_collection()
    answer = await app.http.put(f"/v1/collections/{collection}/documents/a.bin", content=CONTENT)
    return f"/v1/documents/{answer.json()['document']['id']}/content"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, len(CONTENT)),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT)),
        ("bytes=0-99999999999", 0, len(CONTENT)),
        (f"bytes={READ_BYTES - 1}-{READ_BYTES}", READ_BYTES - 1, READ_BYTES + 1),
        ("bytes=-99999999999", 0, len(CONTENT)),
    ],
)
async def test_a_range_gives_those_bytes(app: Opened, url: str, asked: str, start: int, stop: int) -> None:
    answer = await app.http.get(url, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:stop]
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["bytes=5-2", "lines=1-2", "bytes=-", "bytes=0-1,4-5", "bytes=a-b"])
async def test_what_is_not_one_range_gives_the_whole_file(app: Opened, url: str, asked: str) -> None:
    answer = await app.http.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content == CONTENT) == (200, True)


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=-0"])
async def test_a_range_behind_the_end_is_refused(app: Opened, url: str, asked: str) -> None:
    answer = await app.http.get(url, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_client_that_has_the_bytes_is_not_sent_them(app: Opened, url: str) -> None:
    etag = (await app.http.head(url)).headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = await app.http.get(url, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await app.http.get(url, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_if_range_with_another_version_gives_the_whole_file(app: Opened, url: str) -> None:
    etag = (await app.http.head(url)).headers["etag"]
    asked = {"Range": "bytes=0-9"}
    assert (await app.http.get(url, headers={**asked, "If-Range": etag})).status_code == 206
    assert (await app.http.get(url, headers={**asked, "If-Range": '"old"'})).status_code == 200


async def test_head_says_what_get_would_and_sends_nothing(app: Opened, url: str) -> None:
    answer = await app.http.head(url)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(CONTENT))


async def test_an_empty_document_can_be_fetched(app: Opened) -> None:
    collection = await app.create_collection("empty")
    upload = await app.http.put(f"/v1/collections/{collection}/documents/e.txt", content=b"")
    answer = await app.http.get(f"/v1/documents/{upload.json()['document']['id']}/content")
    assert (answer.status_code, answer.content) == (200, b"")
