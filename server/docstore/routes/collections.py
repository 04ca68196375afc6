"""`/v1/collections`: create, list, look at, change, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from docstore.routes.cursors import Cursor, Limit, decode_cursor, encode_cursor
from docstore.routes.shapes import Collection, CollectionChange, CollectionPage, NewCollection
from docstore.routes.wiring import BoundedRoute, ServicesHere
from docstore.storage.records import CollectionRecord

router = APIRouter(prefix="/collections", tags=["collections"], route_class=BoundedRoute)


def as_collection(record: CollectionRecord) -> Collection:
    """The record as it goes over the wire."""
    return Collection(
        id=record.id,
        name=record.name,
        description=record.description,
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


@router.post("", status_code=201)
async def create_collection(body: NewCollection, services: ServicesHere, response: Response) -> Collection:
    """Make a collection; its name must be free."""
    record = await services.collections.create(body.name, body.description)
    response.headers["Location"] = f"/v1/collections/{record.id}"
    return as_collection(record)


@router.get("")
async def list_collections(
    services: ServicesHere,
    name: Annotated[str | None, Query(description="Only the one of this name.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CollectionPage:
    """All collections, oldest first."""
    page = await services.collections.list(name, decode_cursor(cursor), limit)
    return CollectionPage(
        items=[as_collection(item) for item in page.items], next_cursor=encode_cursor(page.next_after)
    )


@router.get("/{collection_id}")
async def get_collection(collection_id: str, services: ServicesHere) -> Collection:
    """One collection."""
    return as_collection(await services.collections.get(collection_id))


@router.patch("/{collection_id}")
async def change_collection(collection_id: str, body: CollectionChange, services: ServicesHere) -> Collection:
    """Change name or description."""
    changes: dict[str, str] = body.model_dump(exclude_none=True)
    return as_collection(await services.collections.change(collection_id, changes))


@router.delete("/{collection_id}", status_code=204)
async def delete_collection(collection_id: str, services: ServicesHere) -> None:
    """Gone for everybody at once; documents and files are erased in the background."""
    await services.collections.delete(collection_id)
