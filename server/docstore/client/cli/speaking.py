"""What the terminal shows: results on stdout, all else on stderr, and an exit code that means something."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from docstore.client.errors import INTERRUPTED, DocstoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Sequence

    from docstore.client.transport import Retry

EXIT_CODES = """\
Exit codes: 0 all went well, 1 some of it failed, 2 wrong usage, 3 no answer from the server, \
4 the server refused, 130 interrupted."""

Result = TypeVar("Result")


def open_stderr() -> Console:
    """Made when it is needed, so that a redirected stderr is the one that is written to."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def run(work: Callable[[], Coroutine[None, None, Result]], how_to_go_on: Callable[[], str]) -> Result:
    """Run a command's work on a loop of its own and turn failures into sentences and exit codes.

    `how_to_go_on` is asked after Ctrl-C, when the work has been cancelled and cleaned up after itself.
    """
    with failing_clearly():
        try:
            return asyncio.run(work())
        except KeyboardInterrupt:
            warn(f"\nInterrupted. {how_to_go_on()}")
            raise typer.Exit(INTERRUPTED) from None


@contextmanager
def failing_clearly() -> Generator[None]:
    """Print a DocstoreError as its sentence and exit with its code."""
    try:
        yield
    except* DocstoreError as group:
        error = find_first(group)
        warn(f"docstore: {error}")
        raise typer.Exit(error.exit_code) from None


def find_first(group: BaseExceptionGroup[DocstoreError]) -> DocstoreError:
    """The first error of a group, however deep."""
    inner = group.exceptions[0]
    return find_first(inner) if isinstance(inner, BaseExceptionGroup) else inner


def warn(text: str) -> None:
    """A line on stderr, with nothing in it that could steer the terminal."""
    open_stderr().print(printable(text), markup=False)


def tell_retry(retry: Retry) -> None:
    """Say that a failure is tried again."""
    turn = f"{retry.attempt} of {retry.attempts - 1}"
    what = str(retry.error).split(". ")[0].rstrip(".")
    warn(f"{what}; trying again in {retry.wait_seconds:.1f} s ({turn}).")


def print_json(value: object) -> None:
    """A value as JSON on stdout."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value)).decode() + "\n")


def print_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table for eyes on a terminal, tab-separated lines in a pipe."""
    clean = [[printable(cell, keep_lines=False) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        sys.stdout.writelines("\t".join(row) + "\n" for row in clean)
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=place == 0, overflow="fold")
    for row in clean:
        table.add_row(*row)
    Console(highlight=False).print(table, markup=False)


def printable(text: str, *, keep_lines: bool = True) -> str:
    """Text without control characters: names and messages come from elsewhere."""
    kept = "\n" if keep_lines else ""
    return "".join(
        character if character.isprintable() or character in kept else "\ufffd" for character in text
    )


def format_bytes(size_bytes: int) -> str:
    """1.2 MB; decimal, as the limits are."""
    for unit, bytes_each in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= bytes_each:
            return f"{size_bytes / bytes_each:.1f} {unit}"
    return f"{size_bytes} B"
