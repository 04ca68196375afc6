"""`loopaudit catalogue`: what the auditor knows about libraries, and whether a user's rows are right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from loopaudit.commands.auditing import read_options
from loopaudit.commands.endings import CLEAN, CannotWorkError
from loopaudit.configuration import Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loopaudit.catalogue.matcher import Catalogue
    from loopaudit.report.rows import Line

HELP = """Show what the auditor knows about libraries: which calls block, why, and what to write instead.

Without a WORD: the libraries. With one that is a name: that name explained. Else: the rows in which every
WORD occurs, in the name, the library or the kind. Rows of your own ([tool.loopaudit], --rows) are included.

\b
Examples:
  loopaudit catalogue                               the libraries
  loopaudit catalogue sqlalchemy.orm.Session.commit what it is, why it blocks, what instead
  loopaudit catalogue redis --kind database         the rows about redis
  loopaudit catalogue --kind hash                   everything that hashes
  loopaudit catalogue --output-format json          all rows, for other programs
  loopaudit catalogue --check rows.toml             whether a file of your own rows can be used

\b
A file of your own rows:
  [[group]]
  kind = "network"           database, file, subprocess, ...
  cost = "unbounded"         or disk, cpu, brief: how bad it is
  instead = "await acme.AsyncClient().fetch(...)"
  why = "It waits for the server."
  [group.rows]
  "acme.Client.fetch" = {}

\b
Name it in pyproject.toml: [tool.loopaudit] rows = ["rows.toml"], or write the same tables below
[tool.loopaudit.catalogue].

\b
Exit codes: 0 shown, or the rows are right; 2 there is no such name, or a row is wrong."""


def catalogue(
    words: tuple[str, ...],
    kind: str | None,
    library: str | None,
    rows: tuple[str, ...],
    check: tuple[str, ...],
    output_format: str,
    config: str | None,
) -> int:
    """Check, explain or list."""
    if check:
        return _check([Path(name) for name in check])
    from loopaudit.catalogue.errors import CatalogueError
    from loopaudit.catalogue.load import load_catalogue
    from loopaudit.report.rows import list_lines

    options = read_options(Asked(rows=rows or None), config)
    try:
        known = load_catalogue(options.rows, configured=options.catalogue)
    except CatalogueError as problem:
        raise CannotWorkError(str(problem)) from None
    if (
        len(words) == 1
        and not (kind or library)
        and output_format == "text"
        and _explain(known, words[0], options.rows)
    ):
        return CLEAN
    lines = [
        line
        for line in list_lines(known)
        if line.is_about(words)
        and (kind is None or line.kind == kind)
        and (library is None or library.lower() in line.library.lower())
    ]
    if not lines:
        raise CannotWorkError(_nothing(known, words, is_filtered=bool(kind or library)))
    _print(lines, output_format, is_whole=not (words or kind or library))
    return CLEAN


def _explain(known: Catalogue, word: str, own: Sequence[Path]) -> bool:
    """Print the page of a name, if it is one."""
    from loopaudit.catalogue.places import locate
    from loopaudit.commands.printing import make_canvas, print_lines
    from loopaudit.report.row_page import is_known, render_page

    if not is_known(known, word):
        return False
    path = known.at(word).path
    primitive = known.at(word).primitive
    kind = known.type_of(path.rpartition(".")[0]) if primitive is not None else None
    place = locate(path, own) or (locate(kind.default, own) if kind is not None and kind.default else None)
    where = f"{place.path}:{place.line}" if place is not None else ""
    print_lines(render_page(known, word, where, make_canvas()))
    return True


def _print(lines: list[Line], output_format: str, *, is_whole: bool) -> None:
    from loopaudit.commands.printing import make_canvas, print_lines
    from loopaudit.report.rows import render_libraries, render_lines, render_rows_json

    if output_format == "json":
        click.echo(render_rows_json(lines))
    elif is_whole:
        print_lines(render_libraries(lines))
    else:
        print_lines(render_lines(lines, make_canvas()))


def _nothing(known: Catalogue, words: tuple[str, ...], *, is_filtered: bool) -> str:
    """One sentence for who found nothing."""
    from difflib import get_close_matches

    if len(words) != 1 or is_filtered:
        return "no row fits; less said finds more, and `loopaudit catalogue` lists libraries and kinds."
    names = {row.name for row in known.rows.primitives}
    last = words[0].rpartition(".")[2].lower()
    near = get_close_matches(
        words[0], [name for name in names if last in name.lower()] or names, n=3, cutoff=0.5
    )
    cure = f"did you mean {', '.join(f'`{name}`' for name in near)}?" if near else "it counts as harmless."
    return f"no row is called {words[0]!r} or has it in its name; {cure}"


def _check(files: Sequence[Path]) -> int:
    """Read the files as an audit would, together with the shipped rows, and say what they add."""
    from loopaudit.catalogue.errors import CatalogueError
    from loopaudit.catalogue.load import load_catalogue, read_file
    from loopaudit.report.canvas import count

    try:
        shipped = load_catalogue()
        load_catalogue(files)
        for path in files:
            rows = read_file(path)
            calls = count(len(rows.primitives), "blocking call")
            rest = (
                len(rows.types)
                + len(rows.values)
                + len(rows.callbacks)
                + len(rows.entries)
                + len(rows.aliases)
            )
            click.echo(f"{path}: {calls}, {count(rest, 'other row')}; all can be used.")
            for row in rows.primitives:
                if shipped.primitive(row.name) is not None:
                    click.echo(f"  {row.name}: replaces the row that loopaudit ships")
    except CatalogueError as problem:
        raise CannotWorkError(str(problem)) from None
    return CLEAN


COMMAND = click.Command(
    "catalogue",
    callback=catalogue,
    help=HELP,
    params=[
        click.Argument(["words"], nargs=-1, metavar="[WORD]..."),
        click.Option(["--kind"], metavar="KIND", help="Only this kind: database, file, network, hash, ..."),
        click.Option(["--library"], metavar="NAME", help="Only libraries with this in their name."),
        click.Option(
            ["--rows"], multiple=True, metavar="FILE", help="A TOML file of your own rows, besides."
        ),
        click.Option(
            ["--check"], multiple=True, metavar="FILE", help="Say whether a TOML file of rows can be used."
        ),
        click.Option(["--output-format"], type=click.Choice(["text", "json"]), default="text"),
        click.Option(
            ["--config"], type=click.Path(), metavar="FILE", help="Instead of the nearest pyproject.toml."
        ),
    ],
)
