"""Documents over HTTP: what is uploaded comes back, and what is hostile is refused with a sentence."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.docstore.opened import Opened, opened, quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx2

pytestmark = pytest.mark.anyio

CONTENT = b"The quick brown fox.\n" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def assert_problem(answer: httpx2.Response, status: int, slug: str) -> None:
    """The right status, as a complete problem document."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:docstore:problem:{slug}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith(".")


async def put(
    app: Opened, collection: str, name: str, content: bytes = CONTENT, headers: dict[str, str] | None = None
) -> httpx2.Response:
    url = f"/v1/collections/{collection}/documents/{quote(name, safe='')}"
    return await app.http.put(url, content=content, headers=headers)


async def test_a_raw_upload_is_accepted_at_once_and_comes_back_unchanged(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        answer = await put(app, collection, "fox.txt", headers={"Content-SHA256": SHA256.upper()})
        assert answer.status_code == 202
        document = answer.json()["document"]
        assert (document["status"], document["sha256"], document["size_bytes"]) == (
            "received",
            SHA256,
            len(CONTENT),
        )
        assert document["content_type"] == "text/plain"
        assert answer.headers["location"] == f"/v1/documents/{document['id']}"
        content = await app.http.get(f"/v1/documents/{document['id']}/content")
        assert content.content == CONTENT
        assert content.headers["etag"] == f'"{SHA256}"'
        assert content.headers["x-content-type-options"] == "nosniff"


async def test_several_files_of_one_form_are_all_there(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        files = [("files", (f"{n}.md", CONTENT + b"%d" % n)) for n in range(3)]
        answer = await app.http.post(f"/v1/collections/{collection}/documents", files=files)
        assert answer.status_code == 202
        names = [upload["document"]["filename"] for upload in answer.json()["uploads"]]
        assert names == ["0.md", "1.md", "2.md"]
        assert {u["document"]["content_type"] for u in answer.json()["uploads"]} == {"text/markdown"}


async def test_the_same_bytes_again_answer_with_the_document_that_is_there(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        first = (await put(app, collection, "a.txt")).json()
        again = await put(app, collection, "b.txt")
        assert again.status_code == 200
        assert again.json() == {"document": first["document"], "duplicate": True}
        form = await app.http.post(f"/v1/collections/{collection}/documents", files={"f": ("c.txt", CONTENT)})
        assert (form.status_code, form.json()["uploads"]) == (200, [again.json()])
        assert len(app.stored_files()) == 1


async def test_the_same_bytes_in_another_collection_are_another_document(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        first = (await put(app, await app.create_collection("a"), "a.txt")).json()["document"]
        second = await put(app, await app.create_collection("b"), "a.txt")
        assert second.status_code == 202
        assert (await app.http.delete(f"/v1/documents/{first['id']}")).status_code == 204
        assert (
            await app.http.get(f"/v1/documents/{second.json()['document']['id']}/content")
        ).content == CONTENT


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


async def test_a_deleted_document_is_gone_at_once(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        document = (await put(app, collection, "a.txt")).json()["document"]["id"]
        assert (await app.http.delete(f"/v1/documents/{document}")).status_code == 204
        for path in ("", "/content", "/text"):
            assert_problem(await app.http.get(f"/v1/documents/{document}{path}"), 404, "not-found")
        assert_problem(await app.http.delete(f"/v1/documents/{document}"), 404, "not-found")
        assert (await put(app, collection, "a.txt")).status_code == 202


async def test_documents_are_listed_in_pages_and_by_status(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        collection = await app.create_collection()
        for number in range(5):
            await put(app, collection, f"{number}.txt", b"%d" % number)
        url = f"/v1/collections/{collection}/documents"
        names: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            query = f"?limit=2{f'&cursor={cursor}' if cursor else ''}"
            page = (await app.http.get(url + query)).json()
            names += [item["filename"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert sorted(names) == [f"{n}.txt" for n in range(5)]
        assert cursor is None
        assert len((await app.http.get(url + "?status=received")).json()["items"]) == 5
        assert (await app.http.get(url + "?status=ready")).json()["items"] == []
        assert_problem(await app.http.get(url + "?cursor=%ff"), 400, "bad-request")
        assert_problem(await app.http.get(url + "?status=lost"), 422, "unprocessable")
        assert_problem(await app.http.get(url + "?limit=0"), 422, "unprocessable")
