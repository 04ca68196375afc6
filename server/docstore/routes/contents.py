"""`/v1/documents/{id}/content` and `/text`: bytes back, in ranges, read ahead by the file threads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiofiles
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from docstore.routes.file_response import FileResponse
from docstore.routes.wiring import ServicesHere
from docstore.services.digests import as_repr_digest
from docstore.services.filenames import content_disposition
from docstore.services.ranges import ByteRange, asked_range, is_unchanged
from docstore.storage.records import DocumentRecord
from docstore.storage.threads import FileThreads

router = APIRouter(tags=["documents"])

TEXT_READ_BYTES = 256 * 1024


def content_headers(document: DocumentRecord, etag: str) -> dict[str, str]:
    """Uploaded bytes are hostile: always an attachment, never sniffed, never run in our origin."""
    return {
        "Content-Type": document.content_type,
        "Content-Disposition": content_disposition(document.filename),
        "ETag": etag,
        "Repr-Digest": as_repr_digest(document.sha256),
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


@router.get("/documents/{document_id}/content", response_class=Response)
@router.head("/documents/{document_id}/content", response_class=Response, include_in_schema=False)
async def get_content(document_id: str, request: Request, services: ServicesHere) -> Response:
    """The bytes as they were uploaded."""
    document = await services.documents.get(document_id)
    etag = f'"{document.sha256}"'
    headers = content_headers(document, etag)
    if is_unchanged(request.headers, etag):
        return Response(status_code=304, headers={"ETag": etag})
    asked = asked_range(request.headers, document.size_bytes, etag)
    part = asked or ByteRange(0, document.size_bytes)
    if asked is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{document.size_bytes}"
    blobs = services.documents.blobs
    return FileResponse(
        blobs.layout.blob(document.id), part, blobs.threads, 200 if asked is None else 206, headers
    )


@router.get("/documents/{document_id}/text", response_class=Response)
async def get_text(document_id: str, services: ServicesHere) -> Response:
    """What was extracted, UTF-8; 409 until the document is ready."""
    path = await services.documents.text_path(document_id)
    return StreamingResponse(read_text(path, services.documents.blobs.threads), media_type="text/plain")


async def read_text(path: Path, threads: FileThreads) -> AsyncIterator[bytes]:
    """aiofiles, on our own threads: here it reads well and its hop a chunk does not matter."""
    async with aiofiles.open(path, "rb", executor=threads.executor) as file:
        while chunk := await file.read(TEXT_READ_BYTES):
            yield chunk
