"""`/v1/collections/{id}/documents` and `/v1/documents/{id}`: upload, list, look at, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.convertors import PathConvertor, register_url_convertor

from docstore.routes.bodies import check_encoding, check_length, read_pieces
from docstore.routes.cursors import Cursor, Limit, decode_cursor, encode_cursor
from docstore.routes.multipart import PartReader, find_boundary, read_parts
from docstore.routes.shapes import Document, DocumentPage, DocumentStatus, Upload, UploadBatch
from docstore.routes.wiring import ServicesHere, SettingsHere
from docstore.services.digests import announced_sha256
from docstore.services.filenames import check_filename
from docstore.services.kinds import content_type_of
from docstore.services.uploads import FileClaim
from docstore.storage.records import DocumentRecord, Registration

router = APIRouter(tags=["documents"])

MULTIPART_OVERHEAD_BYTES = 1024 * 1024
BINARY = {"type": "string", "format": "binary"}
RAW_BODY: dict[str, object] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": BINARY}}}
}
FILES = {"type": "object", "properties": {"files": {"type": "array", "items": BINARY}}, "required": ["files"]}
MULTIPART_BODY: dict[str, object] = {
    "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FILES}}}
}


class AnythingConvertor(PathConvertor):
    """Starlette's `path` stops at a line break, which would turn a hostile name into "no such path"."""

    regex = r"[\s\S]*"


register_url_convertor("anything", AnythingConvertor())
Filename = Annotated[str, Path(description="The name to keep; escape it, a slash as %2F included.")]


def as_document(record: DocumentRecord) -> Document:
    """The record as it goes over the wire."""
    return Document(
        id=record.id,
        collection_id=record.collection_id,
        filename=record.filename,
        content_type=record.content_type,
        size_bytes=record.size_bytes,
        sha256=record.sha256,
        status=as_status(record.status),
        error=record.error,
        passage_count=record.passage_count,
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


def as_status(status: str) -> DocumentStatus:
    """The database keeps a string; the wire promises one of four."""
    match status:
        case "received" | "processing" | "ready" | "failed":
            return status
        case _:
            raise ValueError(f"status {status!r} in the database")


def as_upload(registration: Registration) -> Upload:
    """The outcome as it goes over the wire."""
    return Upload(document=as_document(registration.document), duplicate=registration.is_duplicate)


@router.put(
    "/collections/{collection_id}/documents/{filename:anything}",
    status_code=202,
    openapi_extra=RAW_BODY,
    responses={200: {"model": Upload, "description": "These bytes were there before."}},
)
async def upload_document(
    collection_id: str,
    filename: Filename,
    request: Request,
    services: ServicesHere,
    settings: SettingsHere,
    response: Response,
) -> Upload:
    """Store one raw body. Answers as soon as the bytes are safe: processing is never waited for."""
    check_encoding(request)
    check_length(request, settings.max_file_bytes)
    name = check_filename(filename)
    claim = FileClaim(
        name, content_type_of(request.headers.get("content-type"), name), announced_sha256(request.headers)
    )
    body = read_pieces(request, settings.body_idle_seconds)
    upload = as_upload(await services.uploads.upload_file(collection_id, claim, body))
    response.headers["Location"] = f"/v1/documents/{upload.document.id}"
    response.status_code = 200 if upload.duplicate else 202
    return upload


@router.post(
    "/collections/{collection_id}/documents",
    status_code=202,
    openapi_extra=MULTIPART_BODY,
    responses={200: {"model": UploadBatch, "description": "All of these bytes were there before."}},
)
async def upload_documents(
    collection_id: str, request: Request, services: ServicesHere, settings: SettingsHere, response: Response
) -> UploadBatch:
    """Store the files of a multipart body, all or none."""
    check_encoding(request)
    check_length(request, settings.max_file_bytes + MULTIPART_OVERHEAD_BYTES)
    reader = PartReader(
        find_boundary(request), settings.max_files_per_request, announced_sha256(request.headers)
    )
    events = read_parts(reader, read_pieces(request, settings.body_idle_seconds))
    registrations = await services.uploads.upload_batch(collection_id, events)
    uploads = [as_upload(registration) for registration in registrations]
    response.status_code = 200 if all(upload.duplicate for upload in uploads) else 202
    return UploadBatch(uploads=uploads)


@router.get("/collections/{collection_id}/documents")
async def list_documents(
    collection_id: str,
    services: ServicesHere,
    status: Annotated[DocumentStatus | None, Query(description="Only those of this status.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> DocumentPage:
    """The documents of a collection, oldest first."""
    page = await services.documents.list(collection_id, status, decode_cursor(cursor), limit)
    return DocumentPage(
        items=[as_document(item) for item in page.items], next_cursor=encode_cursor(page.next_after)
    )


@router.get("/documents/{document_id}")
async def get_document(document_id: str, services: ServicesHere) -> Document:
    """One document: how far it has come, and why it failed if it did."""
    return as_document(await services.documents.get(document_id))


@router.delete("/documents/{document_id}", status_code=204)
async def delete_document(document_id: str, services: ServicesHere) -> None:
    """Gone for everybody at once; its bytes are erased in the background."""
    await services.documents.delete(document_id)
