"""The tables, and what the API answers with."""

# pydantic's base class shows its own Any
# mypy: disable-error-code="explicit-any"
from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def utc_now() -> datetime:
    """The present, with its zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The registry of all tables."""


class Collection(Base):
    """A named set of documents."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="idle")


class Document(Base):
    """An uploaded file."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"), index=True)
    filename: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    status: Mapped[str] = mapped_column(default="uploaded")
    keywords: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Chunk(Base):
    """A piece of a document's text, with the words that search looks for."""

    __tablename__ = "chunks"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)


class CollectionIn(BaseModel):
    """What a client sends to make a collection."""

    name: str


class CollectionOut(BaseModel):
    """A collection, as answered."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    status: str


class DocumentOut(BaseModel):
    """A document, as answered."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    collection_id: int
    filename: str
    sha256: str
    size: int
    status: str


class StatusOut(BaseModel):
    """How far the processing of a collection is."""

    collection: CollectionOut
    documents: dict[str, int]


class Match(BaseModel):
    """A chunk that answers a query."""

    document_id: int
    text: str
    score: float
