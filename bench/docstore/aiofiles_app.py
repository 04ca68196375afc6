"""The usual cure of the reported service: `UploadFile`, aiofiles, and the thread pool.

Same routes, same tables, same processing as `bench.as_reported`; nothing is made slow on purpose.
"""

from __future__ import annotations

import hashlib
import uuid
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import aiofiles
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, UploadFile
from fastapi.concurrency import run_in_threadpool

from bench.as_reported.models import Collection, CollectionIn, CollectionOut, Document, DocumentOut, StatusOut
from bench.as_reported.processing import extract_keywords, extract_text, index_text
from bench.as_reported.settings import Settings
from bench.as_reported.storage import DocumentStorage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PIECE_BYTES = 1024 * 1024


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Folders, tables, storage."""
    settings = Settings()
    settings.upload_folder.mkdir(parents=True, exist_ok=True)
    app.state.storage = DocumentStorage(settings.database_url)
    app.state.storage.create_tables()
    yield
    app.state.storage.engine.dispose()


app = FastAPI(title="Documents, with UploadFile and aiofiles", lifespan=lifespan)
if Settings().watch_loop:
    from loopaudit.runtime import LoopLagMiddleware

    app.add_middleware(LoopLagMiddleware)


def get_storage(request: Request) -> DocumentStorage:
    """The one storage."""
    storage: DocumentStorage = request.app.state.storage
    return storage


Storage = Annotated[DocumentStorage, Depends(get_storage)]


@app.get("/health")
async def health() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@app.post("/collections", response_model=CollectionOut, status_code=201)
def create_collection(body: CollectionIn, storage: Storage) -> Collection:
    """Make a collection."""
    return storage.create_collection(body.name)


@app.post("/collections/{collection_id}/documents", response_model=DocumentOut, status_code=201)
async def upload(collection_id: int, file: UploadFile, storage: Storage) -> Document:
    """Take a file in, a piece at a time."""
    path = Settings().upload_folder / f"{uuid.uuid4().hex}{Path(file.filename or '').suffix}"
    digest, size = hashlib.sha256(), 0
    async with aiofiles.open(path, "wb") as target:
        while piece := await file.read(PIECE_BYTES):
            await run_in_threadpool(digest.update, piece)
            await target.write(piece)
            size += len(piece)
    return await run_in_threadpool(
        storage.create_document,
        collection_id,
        filename=file.filename or "unnamed",
        path=str(path),
        sha256=digest.hexdigest(),
        size=size,
    )


@app.post("/collections/{collection_id}/process", status_code=202)
async def process(collection_id: int, storage: Storage, background: BackgroundTasks) -> dict[str, str]:
    """Index the collection in a thread."""
    background.add_task(process_collection, storage, collection_id)
    return {"status": "accepted"}


def process_collection(storage: DocumentStorage, collection_id: int) -> None:
    """Every document that was uploaded since the last time."""
    settings = Settings()
    for document in storage.list_documents(collection_id, status="uploaded"):
        text = extract_text(Path(document.path))
        storage.add_chunks(document.id, index_text(text, settings.chunk_characters, settings.chunk_overlap))
        keywords = extract_keywords(text, settings.keywords_kept)
        storage.set_document_status(document.id, "ready", " ".join(keywords))


@app.get("/collections/{collection_id}/status")
def status(collection_id: int, storage: Storage) -> StatusOut:
    """How far the processing is."""
    collection = storage.get_collection(collection_id)
    if collection is None:
        raise HTTPException(404, f"There is no collection {collection_id}.")
    counts = storage.count_documents(collection_id)
    return StatusOut(collection=CollectionOut.model_validate(collection), documents=counts)
