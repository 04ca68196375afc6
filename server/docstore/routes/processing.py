"""`/v1/collections/{id}/process`, `/status` and `/query`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from docstore.errors import BadRequest
from docstore.routes.cursors import Cursor, decode_cursor, encode_cursor
from docstore.routes.shapes import (
    CollectionStatus,
    Failure,
    Hit,
    ProcessAccepted,
    ProcessRequest,
    QueryAnswer,
    StatusCounts,
)
from docstore.routes.wiring import BoundedRoute, ServicesHere
from docstore.services.searching import split_marks
from docstore.storage.passages import Match
from docstore.storage.records import Status

router = APIRouter(prefix="/collections/{collection_id}", tags=["processing"], route_class=BoundedRoute)

UNFINISHED = (Status.RECEIVED, Status.FAILED)
DEEPEST = 10_000
Words = Annotated[str, Query(min_length=1, max_length=1000, description='Words; "a phrase"; begin*.')]


@router.post("/process", status_code=202)
async def process_collection(
    collection_id: str, services: ServicesHere, body: ProcessRequest | None = None
) -> ProcessAccepted:
    """Queue documents for processing; uploads queue themselves, so this is for a second try."""
    wants_all = body is not None and body.documents == "all"
    statuses = (*UNFINISHED, Status.READY) if wants_all else UNFINISHED
    queued = await services.processing.request(collection_id, statuses)
    return ProcessAccepted(collection_id=collection_id, queued=queued)


@router.get("/status")
async def get_status(collection_id: str, services: ServicesHere) -> CollectionStatus:
    """How far the collection has come."""
    progress = await services.processing.progress(collection_id)
    counts = StatusCounts(**progress.counts)
    return CollectionStatus(
        collection_id=collection_id,
        total=sum(progress.counts.values()),
        counts=counts,
        is_finished=counts.received == 0 and counts.processing == 0,
        failures=[
            Failure(document_id=item.id, filename=item.filename, error=item.error or "")
            for item in progress.failures
        ],
    )


def as_hit(match: Match) -> Hit:
    """The match as it goes over the wire."""
    snippet, highlights = split_marks(match.snippet)
    return Hit(
        document_id=match.document_id,
        filename=match.filename,
        passage=match.ordinal,
        score=match.score,
        snippet=snippet,
        highlights=highlights,
    )


@router.get("/query")
async def query_collection(
    collection_id: str,
    q: Words,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> QueryAnswer:
    """The passages that match best."""
    offset = decode_offset(cursor)
    found = await services.searching.query(collection_id, q, limit, offset)
    following = str(offset + limit) if found.has_more else None
    return QueryAnswer(
        query=q, hits=[as_hit(match) for match in found.matches], next_cursor=encode_cursor(following)
    )


def decode_offset(cursor: str | None) -> int:
    """Ranking has no key to go on from, so the cursor of a query is a count."""
    key = decode_cursor(cursor) or "0"
    if not (key.isascii() and key.isdecimal()) or int(key) > DEEPEST:
        raise BadRequest("The cursor is not one that this query gave; start without one.")
    return int(key)
