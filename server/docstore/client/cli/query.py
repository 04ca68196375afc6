"""`docstore query`: passages that match, with the matching words standing out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

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
from docstore.client.cli.speaking import failing_clearly, print_json, printable, run, tell_retry, warn
from docstore.client.docstore import AsyncDocstore

if TYPE_CHECKING:
    from docstore.client.answers import Hit, QueryAnswer

Words = Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many passages.")]


def query(
    collection: CollectionName,
    words: Words,
    limit: Limit = 10,
    as_json: AsJson = False,
    url: Url = URL,
    api_key: ApiKey = None,
    connect_timeout: ConnectTimeout = CONNECT_SECONDS,
    read_timeout: ReadTimeout = READ_SECONDS,
) -> None:
    """Search a collection; the best passages come first."""
    with failing_clearly():
        connection = describe_connection(url, api_key, connect_timeout, read_timeout)

    async def work() -> QueryAnswer:
        async with AsyncDocstore(connection, tell_retry) as docstore:
            chosen = await docstore.find_collection(collection)
            return await docstore.query(chosen.id, " ".join(words), limit)

    answer = run(work, lambda: "Nothing was changed.")
    if as_json:
        print_json(answer)
        return
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    for hit in answer.hits:
        console.print(Text(f"{printable(hit.filename, keep_lines=False)} ({hit.document_id})", style="bold"))
        console.print(highlight(hit))
    if not answer.hits:
        warn("Nothing matches. Documents that are still being processed are not searched yet.")


def highlight(hit: Hit) -> Text:
    """The snippet, indented, with its matches standing out."""
    snippet = "".join(character if character.isprintable() else " " for character in hit.snippet)
    text = Text("  ") + Text(snippet)
    for start, end in hit.highlights:
        text.stylize("bold yellow", start + 2, end + 2)
    return text
