"""Values and fakes for the client's tests: a connection with short timeouts, a sleep that only counts."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from docstore.client.connection import Connection, Retries, Timeouts


@dataclass
class CountedSleep:
    """Does not wait; remembers how long it should have."""

    waited_seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.waited_seconds.append(seconds)


def connect(url: str, *, read_seconds: float = 5.0, api_key: str | None = None) -> Connection:
    """A connection that gives up soon."""
    return Connection(url, api_key, Timeouts(5.0, read_seconds), Retries(random=random.Random(1)))


def as_document(content: bytes = b"", name: str = "a.txt", sha256: str = "0" * 64) -> dict[str, object]:
    """A document as the server would say it."""
    return {
        "id": "doc_1",
        "collection_id": "col_1",
        "filename": name,
        "content_type": "text/plain",
        "size_bytes": len(content),
        "sha256": sha256,
        "status": "received",
        "error": None,
        "passage_count": 0,
        "created_at": "2025-01-01T00:00:00Z",
        "updated_at": "2025-01-01T00:00:00Z",
    }


def as_json(value: object) -> bytes:
    """A value as the bytes of a body."""
    return json.dumps(value).encode()


UPLOADED = as_json({"document": as_document(), "duplicate": False, "said_by_a_newer_server": 1})
NO_DOCUMENTS = as_json({"items": [], "next_cursor": None})
