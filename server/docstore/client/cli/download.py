"""`docstore download`: a document onto the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from docstore.client.cli.options import (
    CONNECT_SECONDS,
    READ_SECONDS,
    URL,
    ApiKey,
    ConnectTimeout,
    ReadTimeout,
    Url,
    describe_connection,
)
from docstore.client.cli.progress import open_bars, shorten
from docstore.client.cli.speaking import failing_clearly, format_bytes, run, tell_retry
from docstore.client.docstore import AsyncDocstore
from docstore.client.downloads import choose_name
from docstore.client.errors import UnusableInputError

DocumentId = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its id, as `docstore list` shows it.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="A file or a folder; without one, its name, here.")
]
Force = Annotated[bool, typer.Option("--force", "-f", help="Write over a file that exists.")]


def download(
    document: DocumentId,
    output: Output = None,
    force: Force = False,
    url: Url = URL,
    api_key: ApiKey = None,
    connect_timeout: ConnectTimeout = CONNECT_SECONDS,
    read_timeout: ReadTimeout = READ_SECONDS,
) -> None:
    """Fetch a document. The file appears when it is complete and its digest is right, or not at all."""
    with failing_clearly():
        connection = describe_connection(url, api_key, connect_timeout, read_timeout)

    async def work() -> tuple[Path, int]:
        async with AsyncDocstore(connection, tell_retry) as docstore:
            found = await docstore.get_document(document)
            name = choose_name(found)
            target = await asyncio.to_thread(choose_target, output, name, force=force)
            with open_bars() as bars:
                task = bars.add_task(shorten(target.name), total=found.size_bytes)
                await docstore.download(found, target, lambda size: bars.update(task, completed=size))
            return target, found.size_bytes

    target, size_bytes = run(work, lambda: "Nothing was written; run the same command again.")
    typer.echo(f"{target} ({format_bytes(size_bytes)})")


def choose_target(output: Path | None, name: str, *, force: bool) -> Path:
    """Where the document goes. Raises UnusableInputError when something is there already."""
    wanted = output or Path()
    target = wanted / name if wanted.is_dir() else wanted
    if target.exists() and not force:
        raise UnusableInputError(f"{target} exists already; name another with --output, or use --force.")
    return target
