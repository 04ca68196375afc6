"""Documents over HTTP: what is uploaded comes back, and what is hostile is refused with a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docstore.asking import CONTENT, SHA256, assert_problem, put
from tests.docstore.opened import opened, quiet

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.anyio


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
