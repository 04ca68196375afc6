"""The routes: every one of them `async def`, as the framework's first page shows it."""

# ruff: noqa: TC003 (imports as an ordinary application writes them)
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, UploadFile

from bench.as_reported.models import (
    Collection,
    CollectionIn,
    CollectionOut,
    Document,
    DocumentOut,
    Match,
    StatusOut,
)
from bench.as_reported.service import DocumentService
from bench.as_reported.settings import Settings
from bench.as_reported.storage import DocumentStorage


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Make the folders, the tables and the one service."""
    settings = Settings()
    settings.upload_folder.mkdir(parents=True, exist_ok=True)
    storage = DocumentStorage(settings.database_url)
    storage.create_tables()
    app.state.service = DocumentService(storage, settings)
    yield
    storage.engine.dispose()


app = FastAPI(title="Documents, as reported", lifespan=lifespan)
if Settings().watch_loop:
    from loopaudit.runtime import LoopLagMiddleware

    app.add_middleware(LoopLagMiddleware)


def get_service(request: Request) -> DocumentService:
    """The one service."""
    service: DocumentService = request.app.state.service
    return service


Service = Annotated[DocumentService, Depends(get_service)]


async def find_collection(collection_id: int, service: Service) -> Collection:
    """The collection of the path, or 404."""
    collection = await service.get_collection(collection_id)
    if collection is None:
        raise HTTPException(404, f"There is no collection {collection_id}.")
    return collection


Found = Annotated[Collection, Depends(find_collection)]


@app.get("/health")
async def health() -> dict[str, str]:
    """Alive, as long as the loop turns."""
    return {"status": "ok"}


@app.post("/collections", response_model=CollectionOut, status_code=201)
async def create_collection(body: CollectionIn, service: Service) -> Collection:
    """Make a collection."""
    return await service.create_collection(body.name)


@app.post("/collections/{collection_id}/documents", response_model=DocumentOut, status_code=201)
async def upload(collection: Found, file: UploadFile, service: Service) -> Document:
    """Take a file in."""
    content = await file.read()
    return await service.save_document(collection.id, file.filename or "unnamed", content)


@app.get("/collections/{collection_id}/documents", response_model=list[DocumentOut])
async def list_documents(collection: Found, service: Service) -> list[Document]:
    """The documents of a collection."""
    return await service.list_documents(collection.id)


@app.post("/collections/{collection_id}/process", status_code=202)
async def process(collection: Found, service: Service, background: BackgroundTasks) -> dict[str, str]:
    """Index the collection, in the background."""
    background.add_task(service.process_collection, collection.id)
    return {"status": "accepted"}


@app.get("/collections/{collection_id}/status")
async def status(collection: Found, service: Service) -> StatusOut:
    """How far the processing is."""
    counts = await service.count_documents(collection.id)
    return StatusOut(collection=CollectionOut.model_validate(collection), documents=counts)


@app.get("/collections/{collection_id}/query")
async def query(collection: Found, q: str, service: Service, limit: int = 10) -> list[Match]:
    """The chunks that answer a query."""
    return await service.search(collection.id, q, limit)
