"""`docstore upload`: files and folders into a collection."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docstore.client.cli.options import (
    CONNECT_SECONDS,
    READ_SECONDS,
    URL,
    ApiKey,
    AsJson,
    ConnectTimeout,
    ReadTimeout,
    Url,
    describe_connection,
)
from docstore.client.cli.progress import UploadProgress
from docstore.client.cli.speaking import failing_clearly, format_bytes, print_json, run, tell_retry, warn
from docstore.client.docstore import AsyncDocstore
from docstore.client.errors import OK, SOME_FAILED, UNREACHABLE, UnreachableError
from docstore.client.files import LocalFile, find_files
from docstore.client.uploads import Outcome, upload_many

if TYPE_CHECKING:
    from docstore.client.answers import Collection

Paths = Annotated[list[Path], typer.Argument(metavar="PATHS", help="Files, and folders with all below them.")]
Into = Annotated[str, typer.Option("--collection", "-c", help="Its name; it is made when there is none.")]
Concurrency = Annotated[int, typer.Option(min=1, max=16, help="How many files at once.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Leave out files of a name and size that the collection holds.")
]


def upload(
    paths: Paths,
    collection: Into = "default",
    concurrency: Concurrency = 4,
    resume: Resume = False,
    as_json: AsJson = False,
    url: Url = URL,
    api_key: ApiKey = None,
    connect_timeout: ConnectTimeout = CONNECT_SECONDS,
    read_timeout: ReadTimeout = READ_SECONDS,
) -> None:
    """Send files to a collection, several at once. What fails is named; the rest arrives.

    The server makes each searchable on its own time: `docstore status COLLECTION --wait` waits for that.
    """
    with failing_clearly():
        connection = describe_connection(url, api_key, connect_timeout, read_timeout)
        files = find_files(paths)
    progress = UploadProgress(files, is_quiet=as_json)

    async def work() -> tuple[Outcome, ...]:
        async with AsyncDocstore(connection, tell_retry) as docstore:
            into = await docstore.ensure_collection(collection)
            left = await leave_out_known(docstore, into, files) if resume else files
            with progress:
                return await upload_many(partial(docstore.upload, into.id), left, progress, concurrency)

    outcomes = run(work, lambda: describe_interruption(progress.arrived, len(files)))
    report(outcomes, as_json=as_json)
    raise typer.Exit(choose_exit_code(outcomes))


async def leave_out_known(
    docstore: AsyncDocstore, into: Collection, files: tuple[LocalFile, ...]
) -> tuple[LocalFile, ...]:
    """The files of a name and size that the collection does not hold yet."""
    known = {(document.filename, document.size_bytes) async for document in docstore.list_documents(into.id)}
    left = tuple(file for file in files if (file.name, file.size_bytes) not in known)
    if len(left) < len(files):
        warn(f"{len(files) - len(left)} of {len(files)} files are there already.")
    return left


def describe_interruption(arrived: int, count: int) -> str:
    """The last words after Ctrl-C."""
    return (
        f"{arrived} of {count} files have arrived and are kept; what was on its way was dropped, here and "
        "there. To go on, run the same command with --resume."
    )


def report(outcomes: tuple[Outcome, ...], *, as_json: bool) -> None:
    """What became of every file (JSON), or how many of what (a line)."""
    if as_json:
        print_json({"uploads": [describe(outcome) for outcome in outcomes]})
        return
    arrived = [outcome for outcome in outcomes if not outcome.is_failed]
    duplicates = sum(outcome.upload is not None and outcome.upload.duplicate for outcome in arrived)
    size_bytes = sum(outcome.file.size_bytes for outcome in arrived)
    failed = len(outcomes) - len(arrived)
    typer.echo(
        f"{len(arrived) - duplicates} stored, {duplicates} known already, {failed} failed "
        f"({format_bytes(size_bytes)})"
    )


def describe(outcome: Outcome) -> dict[str, object]:
    """One entry of the JSON."""
    return {
        "path": str(outcome.file.path),
        "document": outcome.upload.document if outcome.upload else None,
        "duplicate": bool(outcome.upload and outcome.upload.duplicate),
        "error": str(outcome.error) if outcome.error else None,
    }


def choose_exit_code(outcomes: tuple[Outcome, ...]) -> int:
    """0 when all arrived, the common reason when none did, else 1."""
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    if not failed:
        return OK
    if any(isinstance(error, UnreachableError) for error in failed):
        return UNREACHABLE
    codes = {error.exit_code for error in failed}
    return codes.pop() if len(codes) == 1 and len(failed) == len(outcomes) else SOME_FAILED
