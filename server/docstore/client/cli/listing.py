"""`docstore list` and `docstore status`: what there is, and how far it has come."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from docstore.client.answers import Collection, CollectionStatus, Document
from docstore.client.cli.options import (
    CONNECT_SECONDS,
    READ_SECONDS,
    URL,
    ApiKey,
    AsJson,
    CollectionName,
    ConnectTimeout,
    ReadTimeout,
    Url,
    describe_connection,
)
from docstore.client.cli.speaking import (
    failing_clearly,
    format_bytes,
    print_json,
    print_rows,
    run,
    tell_retry,
    warn,
)
from docstore.client.docstore import AsyncDocstore
from docstore.client.errors import OK, SOME_FAILED

POLL_SECONDS = 0.5
Maybe = Annotated[
    str | None, typer.Argument(metavar="[COLLECTION]", help="Its name or its id; without one, collections.")
]
Wait = Annotated[bool, typer.Option("--wait", help="Until nothing is left to process.")]
Longest = Annotated[float, typer.Option("--wait-timeout", metavar="SECONDS", min=1, help="With --wait.")]


def list_(
    collection: Maybe = None,
    as_json: AsJson = False,
    url: Url = URL,
    api_key: ApiKey = None,
    connect_timeout: ConnectTimeout = CONNECT_SECONDS,
    read_timeout: ReadTimeout = READ_SECONDS,
) -> None:
    """List the collections, or the documents of one."""
    with failing_clearly():
        connection = describe_connection(url, api_key, connect_timeout, read_timeout)

    async def work() -> list[Collection] | list[Document]:
        async with AsyncDocstore(connection, tell_retry) as docstore:
            if collection is None:
                return [found async for found in docstore.list_collections()]
            chosen = await docstore.find_collection(collection)
            return [document async for document in docstore.list_documents(chosen.id)]

    found = run(work, lambda: "Nothing was changed.")
    if as_json:
        print_json({"documents" if collection else "collections": found})
        return
    headings = ("ID", "NAME", "SIZE", "STATUS") if collection else ("ID", "NAME", "MADE")
    print_rows(headings, [describe_row(item) for item in found])


def describe_row(item: Collection | Document) -> tuple[str, ...]:
    """A line of the list."""
    if isinstance(item, Collection):
        return (item.id, item.name, item.created_at[:19].replace("T", " "))
    why = f": {item.error}" if item.error else ""
    return (item.id, item.filename, format_bytes(item.size_bytes), item.status + why)


def status(
    collection: CollectionName,
    wait: Wait = False,
    wait_timeout: Longest = 3600,
    as_json: AsJson = False,
    url: Url = URL,
    api_key: ApiKey = None,
    connect_timeout: ConnectTimeout = CONNECT_SECONDS,
    read_timeout: ReadTimeout = READ_SECONDS,
) -> None:
    """Say how far a collection is. Exits with 1 when documents failed, or --wait ran out of time."""
    with failing_clearly():
        connection = describe_connection(url, api_key, connect_timeout, read_timeout)

    async def work() -> CollectionStatus:
        async with AsyncDocstore(connection, tell_retry) as docstore:
            chosen = await docstore.find_collection(collection)
            return await follow(docstore, chosen.id, wait_timeout if wait else 0)

    found = run(work, lambda: "The server goes on processing; ask again with the same command.")
    if as_json:
        print_json(found)
    else:
        typer.echo(
            f"{found.total} documents: " + ", ".join(f"{n} {name}" for name, n in found.counts.items())
        )
        for failure in found.failures:
            warn(f"failed     {failure.filename}: {failure.error}")
    if wait and not found.is_finished:
        warn(f"Not finished after {wait_timeout:g} s; the server goes on.")
    raise typer.Exit(SOME_FAILED if found.failures or (wait and not found.is_finished) else OK)


async def follow(docstore: AsyncDocstore, collection_id: str, longest_seconds: float) -> CollectionStatus:
    """The status once nothing is left to do, or when the time is up."""
    clock = asyncio.get_running_loop().time
    until = clock() + longest_seconds
    found = await docstore.status(collection_id)
    while not found.is_finished and clock() < until:
        await asyncio.sleep(POLL_SECONDS)
        found = await docstore.status(collection_id)
    return found
