"""Files that no row owns: what a process left that died between the rename and the registration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from docstore.storage.tables import documents, jobs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docstore.storage.blobs import BlobStore
    from docstore.storage.database import Database
    from docstore.storage.layout import Layout

IDS_PER_QUESTION = 500


async def remove_orphans(database: Database, blobs: BlobStore) -> int:
    """Look through every shard, off the loop; returns how many files were removed."""
    removed = 0
    for shard in await blobs.threads.run(partial(list_shards, blobs.layout)):
        candidates = await blobs.threads.run(partial(list_older, shard, blobs.orphans_before))
        for start in range(0, len(candidates), IDS_PER_QUESTION):
            ids = candidates[start : start + IDS_PER_QUESTION]
            owned = await database.read(partial(select_owned, ids=ids))
            for document_id in set(ids) - owned:
                await blobs.remove(document_id)
                removed += 1
    return removed


def list_shards(layout: Layout) -> list[Path]:
    """The folders that hold blobs."""
    return list(layout.blobs.iterdir())


def list_older(folder: Path, before: float) -> list[str]:
    """Names of files last written before that time: younger ones may be about to get their row."""
    return [path.name for path in folder.iterdir() if path.stat().st_mtime < before]


def select_owned(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those with a row, or with an erase job that will remove them in its own time."""
    known = set(connection.execute(select(documents.c.id).where(documents.c.id.in_(ids))).scalars())
    doomed = select(jobs.c.target_id).where(jobs.c.target_id.in_(ids))
    return known | set(connection.execute(doomed).scalars())
