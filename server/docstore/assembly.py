"""Putting the service together, and taking it apart in reverse: the only place that knows every part."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docstore.clock import utc_now
from docstore.services.collections import Collections
from docstore.services.documents import Documents
from docstore.services.readiness import Readiness, stop
from docstore.services.uploads import Uploads
from docstore.storage.blobs import open_blobs
from docstore.storage.database import Database
from docstore.storage.layout import Layout
from docstore.storage.threads import FileThreads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from docstore.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """What the endpoints may ask."""

    collections: Collections
    documents: Documents
    uploads: Uploads
    readiness: Readiness


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open storage, migrate, sweep, start the background tasks; undo all of it in reverse."""
    async with AsyncExitStack() as stack:
        threads = FileThreads(settings.file_threads)
        stack.push_async_callback(threads.close)
        opened = await open_blobs(Layout(settings.data_dir.absolute()), threads)
        blobs = opened.store
        stack.push_async_callback(blobs.close)
        if opened.partial_files:
            log.warning("swept %d unfinished uploads of a process that died", opened.partial_files)
        database = Database(settings.sqlite_url(), settings.reader_threads)
        stack.push_async_callback(database.close)
        await database.migrate()
        readiness = Readiness()
        work = asyncio.Event()
        collections = Collections(database, utc_now, work.set)
        documents = Documents(database, blobs, collections, utc_now, work.set)
        uploads = Uploads(database, blobs, collections, utc_now, work.set, settings.max_file_bytes)
        stack.push_async_callback(uploads.close)
        await readiness.probe(database)
        stack.push_async_callback(stop, asyncio.create_task(readiness.watch(database)))
        yield Services(collections, documents, uploads, readiness)
