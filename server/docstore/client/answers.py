"""What the server answers, as values. Members we do not know are passed over: a newer server may say more."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from docstore.client.errors import NotUnderstoodError

Answer = TypeVar("Answer")


class Collection(msgspec.Struct, frozen=True):
    """A named set of documents."""

    id: str
    name: str
    description: str
    created_at: str


class CollectionPage(msgspec.Struct, frozen=True):
    """Collections, oldest first, and where the next page begins."""

    items: tuple[Collection, ...]
    next_cursor: str | None


class Document(msgspec.Struct, frozen=True):
    """A stored file and how far it has come. status: received | processing | ready | failed."""

    id: str
    collection_id: str
    filename: str
    content_type: str
    size_bytes: int
    sha256: str
    status: str
    error: str | None
    passage_count: int
    created_at: str


class DocumentPage(msgspec.Struct, frozen=True):
    """Documents, oldest first, and where the next page begins."""

    items: tuple[Document, ...]
    next_cursor: str | None


class Upload(msgspec.Struct, frozen=True):
    """What became of one file. duplicate: the collection held these bytes already."""

    document: Document
    duplicate: bool


class ProcessAccepted(msgspec.Struct, frozen=True):
    """The work is queued."""

    collection_id: str
    queued: int


class Failure(msgspec.Struct, frozen=True):
    """A document that could not be processed, and why."""

    document_id: str
    filename: str
    error: str


class CollectionStatus(msgspec.Struct, frozen=True):
    """How many documents are where."""

    collection_id: str
    total: int
    counts: dict[str, int]
    is_finished: bool
    failures: tuple[Failure, ...]


class Hit(msgspec.Struct, frozen=True):
    """A passage that matches. highlights: [start, end) offsets into the snippet, in characters."""

    document_id: str
    filename: str
    passage: int
    score: float
    snippet: str
    highlights: tuple[tuple[int, int], ...]


class QueryAnswer(msgspec.Struct, frozen=True):
    """Hits, best first, and where the next page begins."""

    query: str
    hits: tuple[Hit, ...]
    next_cursor: str | None


class Problem(msgspec.Struct, frozen=True):
    """problem+json, as far as we use it."""

    title: str = ""
    detail: str = ""
    collection_id: str | None = None
    limit_bytes: int | None = None


def read_answer(content: bytes, shape: type[Answer], asked: str) -> Answer:
    """The value in an answer's body; `asked` names the request in the error."""
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = (
            f"{asked} was answered, but not by a docstore this client knows: {error}. Check the address."
        )
        raise NotUnderstoodError(message) from error
