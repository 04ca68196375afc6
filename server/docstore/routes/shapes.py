"""The JSON that goes over the wire: a model for each request, response and error."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

DocumentStatus = Literal["received", "processing", "ready", "failed"]
# Control characters deceive whoever reads a name, and PostgreSQL stores no NUL.
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
NO_NUL = r"^[^\x00]*$"
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)
]
Description = Annotated[str, StringConstraints(max_length=2000, pattern=NO_NUL)]


class Shape(BaseModel):
    """Unknown keys are refused: a misspelt field that is silently dropped is worse than an error."""

    model_config = ConfigDict(extra="forbid")


class NewCollection(Shape):
    """`POST /v1/collections`. A taken name answers 409 with `collection_id` in the problem."""

    name: Name
    description: Description = ""


class CollectionChange(Shape):
    """`PATCH /v1/collections/{id}`: what is left out stays as it is."""

    name: Name | None = None
    description: Description | None = None


class Collection(Shape):
    """A named set of documents."""

    id: str = Field(examples=["col_0193a7c29f0b4c5d8e7f6a5b4c3d2e1f"])
    name: str
    description: str
    created_at: datetime
    updated_at: datetime


class CollectionPage(Shape):
    """Oldest first; pass `next_cursor` back as `?cursor=` until it is null."""

    items: list[Collection]
    next_cursor: str | None


class Document(Shape):
    """A file and how far it has come: visible from the moment it is on disk."""

    id: str = Field(examples=["doc_0193a7c29f0b4c5d8e7f6a5b4c3d2e1f"])
    collection_id: str
    filename: str = Field(description="The name the client gave: data, never a path.")
    content_type: str
    size_bytes: int
    sha256: str = Field(description="Hexadecimal, lower case; also the strong ETag of the content.")
    status: DocumentStatus
    error: str | None = Field(description="One sentence, when the status is `failed`.")
    passage_count: int = Field(description="Searchable passages; 0 until the document is ready.")
    created_at: datetime
    updated_at: datetime


class DocumentPage(Shape):
    """Oldest first; pass `next_cursor` back as `?cursor=` until it is null."""

    items: list[Document]
    next_cursor: str | None


class Upload(Shape):
    """What became of one uploaded file."""

    document: Document
    duplicate: bool = Field(description="True: the collection held these bytes already, as this document.")


class UploadBatch(Shape):
    """`POST .../documents`: one entry for each file part, in order. 202, or 200 when all were duplicates."""

    uploads: list[Upload]


class ProcessRequest(Shape):
    """`unfinished` takes the failed and the never started; `all` processes the ready ones again as well."""

    documents: Literal["unfinished", "all"] = "unfinished"


class ProcessAccepted(Shape):
    """202: the work is queued, the answer does not wait for it."""

    collection_id: str
    queued: int


class StatusCounts(Shape):
    """Documents by status."""

    received: int = 0
    processing: int = 0
    ready: int = 0
    failed: int = 0


class Failure(Shape):
    """A document that could not be processed, and why."""

    document_id: str
    filename: str
    error: str


class CollectionStatus(Shape):
    """`GET /v1/collections/{id}/status`."""

    collection_id: str
    total: int
    counts: StatusCounts
    is_finished: bool = Field(description="True when nothing is received or processing.")
    failures: list[Failure] = Field(description="The latest 20; `GET .../documents?status=failed` has all.")


class Hit(Shape):
    """One passage that matches. `highlights` are `[start, end)` character offsets into `snippet`."""

    document_id: str
    filename: str
    passage: int = Field(description="Ordinal of the passage in its document, from 0.")
    score: float = Field(description="Higher is better; comparable within one answer only.")
    snippet: str = Field(description="Plain text: escape it before you put it into a page.")
    highlights: list[tuple[int, int]]


class QueryAnswer(Shape):
    """Best first; pass `next_cursor` back as `?cursor=` until it is null."""

    query: str
    hits: list[Hit]
    next_cursor: str | None


class Health(Shape):
    """`/health/live` says `ok` while the loop turns; `/health/ready` adds why it is not (503)."""

    status: Literal["ok", "unavailable"]
    reason: str | None = None


class ProblemDocument(BaseModel):
    """RFC 9457 `application/problem+json`. More members may follow (`collection_id`, `limit_bytes`)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:docstore:problem:too-large"])
    title: str
    status: int
    detail: str = Field(description="One sentence: what happened and what to do instead.")
    instance: str = Field(description="The path that was asked for.")
