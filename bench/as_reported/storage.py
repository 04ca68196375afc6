"""Rows in and out, through a plain synchronous SQLAlchemy session."""

# ruff: noqa: TC001, TC003 (imports as an ordinary application writes them)
from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from bench.as_reported.models import Base, Chunk, Collection, Document
from bench.as_reported.processing import IndexedChunk


class DocumentStorage:
    """The only place that knows the database."""

    def __init__(self, database_url: str) -> None:
        self.engine = create_engine(database_url)
        self.session_factory: sessionmaker[Session] = sessionmaker(bind=self.engine, expire_on_commit=False)

    def create_tables(self) -> None:
        """Make what is missing."""
        Base.metadata.create_all(self.engine)

    def create_collection(self, name: str) -> Collection:
        """Insert a collection."""
        with self.session_factory() as session:
            collection = Collection(name=name)
            session.add(collection)
            session.commit()
            return collection

    def get_collection(self, collection_id: int) -> Collection | None:
        """The collection, or None."""
        with self.session_factory() as session:
            return session.get(Collection, collection_id)

    def create_document(
        self, collection_id: int, *, filename: str, path: str, sha256: str, size: int
    ) -> Document:
        """Insert a document's row."""
        with self.session_factory() as session:
            document = Document(
                collection_id=collection_id, filename=filename, path=path, sha256=sha256, size=size
            )
            session.add(document)
            session.commit()
            return document

    def get_document(self, document_id: int) -> Document | None:
        """The document, or None."""
        with self.session_factory() as session:
            return session.get(Document, document_id)

    def list_documents(self, collection_id: int, status: str | None = None) -> list[Document]:
        """The documents of a collection, oldest first."""
        statement = select(Document).where(Document.collection_id == collection_id).order_by(Document.id)
        if status is not None:
            statement = statement.where(Document.status == status)
        with self.session_factory() as session:
            return list(session.scalars(statement))

    def count_documents(self, collection_id: int) -> dict[str, int]:
        """How many documents are in each status."""
        statement = (
            select(Document.status, func.count())
            .where(Document.collection_id == collection_id)
            .group_by(Document.status)
        )
        with self.session_factory() as session:
            return dict(session.execute(statement).tuples().all())

    def set_collection_status(self, collection_id: int, status: str) -> None:
        """Say how far a collection is."""
        with self.session_factory() as session:
            collection = session.get_one(Collection, collection_id)
            collection.status = status
            session.commit()

    def set_document_status(self, document_id: int, status: str, keywords: str = "") -> None:
        """Say how far a document is, and what it is about."""
        with self.session_factory() as session:
            document = session.get_one(Document, document_id)
            document.status = status
            document.keywords = keywords
            session.commit()

    def add_chunks(self, document_id: int, chunks: Iterable[IndexedChunk]) -> None:
        """Insert the chunks of one document, one after the other."""
        for chunk in chunks:
            with self.session_factory() as session:
                session.add(
                    Chunk(
                        document_id=document_id,
                        position=chunk.position,
                        text=chunk.text,
                        terms=" ".join(chunk.terms),
                    )
                )
                session.commit()

    def find_chunks(self, collection_id: int, term: str) -> list[Chunk]:
        """The chunks of a collection that contain a term."""
        statement = (
            select(Chunk)
            .join(Document, Document.id == Chunk.document_id)
            .where(Document.collection_id == collection_id, Chunk.terms.contains(term))
        )
        with self.session_factory() as session:
            return list(session.scalars(statement))
