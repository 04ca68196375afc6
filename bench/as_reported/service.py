"""What the API can do: take files in, process collections, answer queries."""

# ruff: noqa: TC001 (imports as an ordinary application writes them)
from __future__ import annotations

import hashlib
import logging
import uuid
from pathlib import Path

from bench.as_reported.models import Collection, Document, Match
from bench.as_reported.processing import extract_keywords, extract_text, index_text, tokenise
from bench.as_reported.settings import Settings
from bench.as_reported.storage import DocumentStorage

logger = logging.getLogger(__name__)


class DocumentService:
    """Between the routes and the storage."""

    def __init__(self, storage: DocumentStorage, settings: Settings) -> None:
        self.storage = storage
        self.settings = settings

    async def create_collection(self, name: str) -> Collection:
        """Make a collection."""
        return self.storage.create_collection(name)

    async def get_collection(self, collection_id: int) -> Collection | None:
        """The collection, or None."""
        return self.storage.get_collection(collection_id)

    async def save_document(self, collection_id: int, filename: str, content: bytes) -> Document:
        """Write the file, hash it, insert its row."""
        path = self._write_file(filename, content)
        return self.storage.create_document(
            collection_id,
            filename=filename,
            path=str(path),
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )

    def _write_file(self, filename: str, content: bytes) -> Path:
        path = self.settings.upload_folder / f"{uuid.uuid4().hex}{Path(filename).suffix}"
        with open(path, "wb") as file:
            file.write(content)
        return path

    async def list_documents(self, collection_id: int) -> list[Document]:
        """The documents of a collection."""
        return self.storage.list_documents(collection_id)

    async def count_documents(self, collection_id: int) -> dict[str, int]:
        """How many documents are in each status."""
        return self.storage.count_documents(collection_id)

    async def process_collection(self, collection_id: int) -> None:
        """Index every document that was uploaded since the last time."""
        self.storage.set_collection_status(collection_id, "processing")
        for document in self.storage.list_documents(collection_id, status="uploaded"):
            await self.process_document(document)
        self.storage.set_collection_status(collection_id, "ready")

    async def process_document(self, document: Document) -> None:
        """Read, cut, rank and store one document."""
        self.storage.set_document_status(document.id, "processing")
        try:
            text = extract_text(Path(document.path))
            chunks = index_text(text, self.settings.chunk_characters, self.settings.chunk_overlap)
            self.storage.add_chunks(document.id, chunks)
            keywords = extract_keywords(text, self.settings.keywords_kept)
        except Exception:
            logger.exception("document %s (%s) could not be processed", document.id, document.filename)
            self.storage.set_document_status(document.id, "failed")
            return
        self.storage.set_document_status(document.id, "ready", " ".join(keywords))

    async def search(self, collection_id: int, query: str, limit: int) -> list[Match]:
        """The chunks that hold most of the query's words."""
        scores: dict[int, Match] = {}
        for term in tokenise(query):
            for chunk in self.storage.find_chunks(collection_id, term):
                match = scores.setdefault(
                    chunk.id, Match(document_id=chunk.document_id, text=chunk.text, score=0.0)
                )
                match.score += chunk.terms.count(term) / len(chunk.terms)
        return sorted(scores.values(), key=lambda match: -match.score)[:limit]
