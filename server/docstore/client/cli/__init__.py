"""The `docstore` command: one file a sub-command."""

from __future__ import annotations

import typer

from docstore.client.cli.download import download
from docstore.client.cli.listing import list_, status
from docstore.client.cli.query import query
from docstore.client.cli.serve import serve
from docstore.client.cli.speaking import EXIT_CODES
from docstore.client.cli.upload import upload

app = typer.Typer(
    name="docstore",
    help="Store documents, have them processed, and search them.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (serve, upload, status, query, download):
    app.command(epilog=EXIT_CODES)(command)
app.command("list", epilog=EXIT_CODES)(list_)


def main() -> None:
    """The entry point."""
    app()
