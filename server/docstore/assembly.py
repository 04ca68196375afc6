"""Putting the service together, and taking it apart in reverse: the only place that knows every part."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import anyio

from docstore.background import stop
from docstore.clock import utc_now
from docstore.identifiers import new_id
from docstore.processing.indexing import Indexing
from docstore.processing.jobs import Jobs
from docstore.processing.queue import LeaseQueue
from docstore.processing.reading import Reading
from docstore.processing.worker import Worker
from docstore.services.collections import Collections
from docstore.services.documents import Documents
from docstore.services.processing import Processing
from docstore.services.readiness import Readiness
from docstore.services.searching import Searching
from docstore.services.uploads import Uploads
from docstore.storage.blobs import BlobStore, open_blobs
from docstore.storage.database import Database
from docstore.storage.layout import Layout
from docstore.storage.orphans import remove_orphans
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
    processing: Processing
    searching: Searching
    readiness: Readiness


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open storage, migrate, sweep, start the background tasks; undo all of it in reverse."""
    async with AsyncExitStack() as stack:
        blobs = await open_storage(settings, stack)
        database = Database(settings.sqlite_url(), settings.reader_threads)
        stack.push_async_callback(database.close)
        await database.migrate()
        orphans = await remove_orphans(database, blobs)
        if orphans:
            log.warning("removed %d files that no document owns", orphans)
        work = asyncio.Event()
        services = build_services(settings, database, blobs, work)
        stack.push_async_callback(services.uploads.close)
        await services.readiness.probe(database)
        background = [services.readiness.watch(database)]
        if settings.run_worker:
            background.append(build_worker(settings, database, blobs, work).run())
        for activity in background:
            stack.push_async_callback(stop, asyncio.create_task(activity))
        yield services


async def open_storage(settings: Settings, stack: AsyncExitStack) -> BlobStore:
    """The blob store on its own threads, swept of what dead processes left."""
    threads = FileThreads(settings.file_threads)
    stack.push_async_callback(threads.close)
    blobs = await open_blobs(Layout(settings.data_dir.absolute()), threads)
    stack.push_async_callback(blobs.close)
    if blobs.swept_files:
        log.warning("swept %d unfinished uploads of a process that died", blobs.swept_files)
    return blobs


def build_services(settings: Settings, database: Database, blobs: BlobStore, work: asyncio.Event) -> Services:
    """Everything that decides, over everything that acts."""
    collections = Collections(database, utc_now, work.set)
    return Services(
        collections=collections,
        documents=Documents(database, blobs, collections, utc_now, work.set),
        uploads=Uploads(database, blobs, collections, utc_now, work.set, settings.max_file_bytes),
        processing=Processing(database, collections, utc_now, work.set),
        searching=Searching(database, collections, settings.query_seconds),
        readiness=Readiness(),
    )


def build_worker(settings: Settings, database: Database, blobs: BlobStore, work: asyncio.Event) -> Worker:
    """The embedded worker, in this process; its reader runs in another."""
    reading = Reading(
        blobs.layout, anyio.CapacityLimiter(1), settings.extract_seconds, settings.extract_memory_bytes
    )
    jobs = Jobs(database, blobs, reading, Indexing(database, blobs), utc_now)
    queue = LeaseQueue(database, utc_now, new_id("worker"), timedelta(seconds=settings.lease_seconds))
    return Worker(queue, jobs, database, utc_now, work, settings.max_attempts)
