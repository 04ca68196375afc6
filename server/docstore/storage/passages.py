"""Passages in the database: written in small batches, searched by full text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from docstore.storage.jobs import Lease, is_held
from docstore.storage.tables import passages

if TYPE_CHECKING:
    from collections.abc import Sequence

# Control characters that extraction removes from every text: they can only be ours.
OPENING, CLOSING = "\x02", "\x03"
SNIPPET_TOKENS = 32

# Ranked first, highlighted afterwards: `snippet` for every match of a common word would take seconds.
RANKED = text(
    """SELECT passages.id, documents.id AS document_id, documents.filename, passages.ordinal,
              -bm25(passage_index) AS score
       FROM passage_index
       JOIN passages ON passages.id = passage_index.rowid
       JOIN documents ON documents.id = passages.document_id AND documents.generation = passages.generation
       JOIN collections ON collections.id = documents.collection_id AND collections.deleted_at IS NULL
       WHERE passage_index MATCH :match AND collections.id = :collection_id
       ORDER BY score DESC, passages.id LIMIT :limit OFFSET :offset"""
)
SNIPPETS = text(
    """SELECT rowid, snippet(passage_index, 0, :opening, :closing, '…', :tokens) AS snippet
       FROM passage_index WHERE passage_index MATCH :match AND rowid IN :ids"""
).bindparams(bindparam("ids", expanding=True))


class LeaseLostError(Exception):
    """The job was taken by another worker or withdrawn: what it was about to write is not written."""


@dataclass(frozen=True, slots=True)
class Match:
    """A passage found; the snippet carries OPENING and CLOSING around what matched."""

    document_id: str
    filename: str
    ordinal: int
    score: float
    snippet: str


def hold_lease(connection: Connection, lease: Lease) -> None:
    """First statement of every transaction of a job; raises LeaseLostError."""
    if not is_held(connection, lease):
        raise LeaseLostError(lease.job_id)


def count_passages(connection: Connection, document_id: str, generation: str) -> int:
    """How far an interrupted run had come."""
    query = select(func.count()).where(
        passages.c.document_id == document_id, passages.c.generation == generation
    )
    return connection.execute(query).scalar_one()


def insert_passages(
    connection: Connection, lease: Lease, document_id: str, first: int, texts: Sequence[str]
) -> None:
    """One batch, in order; the index follows by trigger."""
    hold_lease(connection, lease)
    rows = [
        {"document_id": document_id, "generation": lease.job_id, "ordinal": first + place, "text": passage}
        for place, passage in enumerate(texts)
    ]
    connection.execute(insert(passages), rows)


def purge_passages(
    connection: Connection, lease: Lease, document_id: str, keep_generation: str | None, limit: int
) -> int:
    """Remove up to `limit` passages of other generations; returns how many went."""
    hold_lease(connection, lease)
    stale = select(passages.c.id).where(passages.c.document_id == document_id)
    if keep_generation is not None:
        stale = stale.where(passages.c.generation != keep_generation)
    ids = connection.execute(stale.limit(limit)).scalars().all()
    if ids:
        connection.execute(delete(passages).where(passages.c.id.in_(ids)))
    return len(ids)


def search_passages(
    connection: Connection, collection_id: str, match: str, limit: int, offset: int
) -> list[Match]:
    """Best first. `match` is FTS5 syntax that we made, never what a user typed."""
    parameters = {"match": match, "collection_id": collection_id, "limit": limit, "offset": offset}
    ranked = connection.execute(RANKED, parameters).all()
    if not ranked:
        return []
    marks = {"match": match, "opening": OPENING, "closing": CLOSING, "tokens": SNIPPET_TOKENS}
    snippets = connection.execute(SNIPPETS, {**marks, "ids": [row.id for row in ranked]})
    by_id = {row.rowid: row.snippet for row in snippets}
    return [Match(row.document_id, row.filename, row.ordinal, row.score, by_id[row.id]) for row in ranked]
