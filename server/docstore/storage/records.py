"""Rows as frozen values: what repositories return and services pass on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

T = TypeVar("T")


class Status(StrEnum):
    """How far a document has come."""

    RECEIVED = "received"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CollectionRecord:
    """A collection that is not deleted."""

    id: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document; its bytes lie in the blob store under `id`."""

    id: str
    collection_id: str
    filename: str
    content_type: str
    size_bytes: int
    sha256: str
    status: str
    error: str | None
    passage_count: int
    generation: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file that is complete on disk and not yet known to the database."""

    id: str
    filename: str
    content_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What became of a NewDocument: the record that now stands for its bytes."""

    document: DocumentRecord
    is_duplicate: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing; `next_after` is the key to go on from, None at the end."""

    items: Sequence[T]
    next_after: str | None
