"""Uploads that are broken, too large, or made to do harm: the right status, and nothing is kept."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.docstore.asking import SHA256, assert_problem, put
from tests.docstore.opened import opened, quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\win.ini", "/absolute", "a/b/c.txt", "ü 語 😀.txt", 'quo"te; x=1.txt'],
)
async def test_a_file_name_is_data_and_never_a_path(tmp_path: Path, name: str) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        answer = await put(app, collection, name)
        assert answer.json()["document"]["filename"] == name
        content = await app.http.get(f"/v1/documents/{answer.json()['document']['id']}/content")
        disposition = content.headers["content-disposition"]
        flat = name.replace("/", "_").replace("\\", "_")
        assert disposition.startswith('attachment; filename="')
        assert disposition.endswith(f"; filename*=UTF-8''{quote(flat, safe='')}")
        assert [path.name for path in app.stored_files()] == [answer.json()["document"]["id"]]


@pytest.mark.parametrize(
    "name",
    ["a\0b.txt", "a" * 256, "\u202egpj.exe", "line\nbreak", "\u2066x\u2069", "   ", "a\x7fb"],
    ids=["NUL", "too-long", "right-to-left", "newline", "isolate", "blank", "delete"],
)
async def test_a_hostile_file_name_is_refused_in_both_ways_of_upload(tmp_path: Path, name: str) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        assert_problem(await put(app, collection, name), 422, "unprocessable")
        raw = name.encode().replace(b"\n", b"\x0b")
        body = (
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="' + raw + b'"\r\n\r\nhi\r\n--x--\r\n'
        )
        form = await app.http.post(
            f"/v1/collections/{collection}/documents",
            content=body,
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        assert form.status_code in {400, 422}
        assert form.headers["content-type"] == "application/problem+json"
        assert app.stored_files() == []


async def test_a_wrong_digest_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        wrong = base64.b64encode(bytes(32)).decode()
        for headers in ({"Content-SHA256": "0" * 64}, {"Repr-Digest": f"sha-256=:{wrong}:"}):
            assert_problem(await put(app, collection, "a.txt", headers=headers), 400, "digest-mismatch")
        assert app.stored_files() == []
        assert (await app.http.get(f"/v1/collections/{collection}/documents")).json()["items"] == []


async def test_a_right_digest_in_either_form_is_accepted(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        right = base64.b64encode(bytes.fromhex(SHA256)).decode()
        structured = f"sha-512=:AAAA:, sha-256=:{right}:"
        assert (await put(app, collection, "a.txt", headers={"Repr-Digest": structured})).status_code == 202


@pytest.mark.parametrize("digest", ["abc", "g" * 64, ""])
async def test_an_unreadable_digest_is_a_bad_request(tmp_path: Path, digest: str) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        assert_problem(
            await put(app, collection, "a.txt", headers={"Content-SHA256": digest}), 400, "bad-request"
        )


async def test_a_body_above_the_limit_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path, max_file_bytes=1000)) as app:
        collection = await app.create_collection()
        answer = await put(app, collection, "a.txt", b"x" * 1001)
        assert_problem(answer, 413, "too-large")
        assert answer.json()["limit_bytes"] == 1000
        assert "connection" not in answer.headers
        form = await app.http.post(
            f"/v1/collections/{collection}/documents",
            files=[("f", ("small.txt", b"x")), ("f", ("large.txt", b"x" * 1001))],
        )
        assert_problem(form, 413, "too-large")
        assert app.stored_files() == []
        assert (await put(app, collection, "a.txt", b"x" * 1000)).status_code == 202


async def test_an_unknown_collection_is_not_found_before_the_body_is_read(tmp_path: Path) -> None:
    asked: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        asked.append(1)
        yield b"x"

    async with opened(quiet(tmp_path)) as app:
        answer = await app.http.put("/v1/collections/col_none/documents/a.txt", content=body())
        assert_problem(answer, 404, "not-found")
        assert asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ntrunc', 400),
        (b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\nv\r\n--x--\r\n', 422),
        (b"--x\r\n\r\nno headers\r\n--x--\r\n", 422),
        (b"--x--\r\n", 422),
    ],
    ids=["empty", "nonsense", "truncated", "a field", "no headers", "no part"],
)
async def test_a_broken_form_is_refused_and_nothing_is_kept(tmp_path: Path, body: bytes, status: int) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        answer = await app.http.post(
            f"/v1/collections/{collection}/documents",
            content=body,
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert app.stored_files() == []


async def test_an_encoded_body_is_refused(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        answer = await put(app, collection, "a.txt", headers={"Content-Encoding": "gzip"})
        assert_problem(answer, 415, "unsupported-body")
