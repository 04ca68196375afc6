"""Collections, documents, passages with their full-text index, and the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

Moment = sa.DateTime(timezone=True)

# External content: the text is stored once, in `passages`. The triggers keep both in step, whoever writes.
FULL_TEXT = (
    """CREATE VIRTUAL TABLE passage_index USING fts5(
        text, content='passages', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
        INSERT INTO passage_index(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
        INSERT INTO passage_index(passage_index, rowid, text) VALUES ('delete', old.id, old.text); END""",
)


def upgrade() -> None:
    create_collections()
    create_documents()
    create_passages()
    create_jobs()
    for statement in FULL_TEXT:
        op.execute(statement)


def create_collections() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("deleted_at", Moment),
    )
    alive = sa.text("deleted_at IS NULL")
    op.create_index(
        "collections_name", "collections", ["name"], unique=True, sqlite_where=alive, postgresql_where=alive
    )


def create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("collection_id", sa.String(40), sa.ForeignKey("collections.id"), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(255), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("passage_count", sa.Integer, nullable=False),
        sa.Column("generation", sa.String(40)),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.UniqueConstraint("collection_id", "sha256", name="documents_content"),
    )
    op.create_index("documents_page", "documents", ["collection_id", "id"])
    op.create_index("documents_status", "documents", ["collection_id", "status"])


def create_passages() -> None:
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.String(40), nullable=False),
        sa.Column("generation", sa.String(40), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("document_id", "generation", "ordinal", name="passages_place"),
    )


def create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target_id", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("available_at", Moment, nullable=False),
        sa.Column("lease_owner", sa.String(80)),
        sa.Column("lease_until", Moment),
        sa.UniqueConstraint("kind", "target_id", name="jobs_once"),
    )
    op.create_index("jobs_available", "jobs", ["available_at"])


def downgrade() -> None:
    op.execute("DROP TABLE passage_index")
    for table in ("jobs", "passages", "documents", "collections"):
        op.drop_table(table)
