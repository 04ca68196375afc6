"""What the tests ask of the service, and what every refusal has to look like."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx2

    from tests.docstore.opened import Opened

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
