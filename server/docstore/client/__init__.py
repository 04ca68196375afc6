"""The docstore's client: `AsyncDocstore` for asyncio, `Docstore` without it, `docstore` for the terminal."""

from __future__ import annotations

from docstore.client.answers import Collection, CollectionStatus, Document, Hit, QueryAnswer, Upload
from docstore.client.connection import Connection, Retries, Timeouts
from docstore.client.docstore import AsyncDocstore
from docstore.client.errors import (
    DamagedError,
    DocstoreError,
    LocalFileError,
    NotUnderstoodError,
    RefusedError,
    UnreachableError,
    UnusableInputError,
)
from docstore.client.files import LocalFile, find_files
from docstore.client.sync import Docstore
from docstore.client.uploads import Outcome, upload_many

__all__ = [
    "AsyncDocstore",
    "Collection",
    "CollectionStatus",
    "Connection",
    "DamagedError",
    "Docstore",
    "DocstoreError",
    "Document",
    "Hit",
    "LocalFile",
    "LocalFileError",
    "NotUnderstoodError",
    "Outcome",
    "QueryAnswer",
    "RefusedError",
    "Retries",
    "Timeouts",
    "UnreachableError",
    "UnusableInputError",
    "Upload",
    "find_files",
    "upload_many",
]
