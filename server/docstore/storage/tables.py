"""The tables, as SQLAlchemy Core sees them; the migrations under `migrations/` make them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in Python, UTC in the database: SQLite forgets zones, so they are put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

collections = Table(
    "collections",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # Set by DELETE: invisible at once, erased by the worker in small transactions.
    Column("deleted_at", UtcDateTime),
)
Index(
    "collections_name",
    collections.c.name,
    unique=True,
    sqlite_where=collections.c.deleted_at.is_(None),
    postgresql_where=collections.c.deleted_at.is_(None),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("collection_id", ForeignKey("collections.id"), nullable=False),
    Column("filename", String(255), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("error", Text),
    Column("passage_count", Integer, nullable=False),
    # Which run's passages are searchable: switched in one update, so a query never sees half an index.
    Column("generation", String(40)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("collection_id", "sha256", name="documents_content"),
    Index("documents_page", "collection_id", "id"),
    Index("documents_status", "collection_id", "status"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", String(40), nullable=False),
    Column("generation", String(40), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("document_id", "generation", "ordinal", name="passages_place"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("target_id", String(40), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("available_at", UtcDateTime, nullable=False),
    Column("lease_owner", String(80)),
    Column("lease_until", UtcDateTime),
    # Asking twice for the same work is one job.
    UniqueConstraint("kind", "target_id", name="jobs_once"),
    Index("jobs_available", "available_at"),
)
