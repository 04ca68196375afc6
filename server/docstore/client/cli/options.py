"""The options that every command which speaks to a server takes."""

from __future__ import annotations

from typing import Annotated

import typer

from docstore.client.connection import DEFAULT_URL, Connection, Timeouts
from docstore.client.errors import UnusableInputError

SERVER = "Server"

Url = Annotated[
    str, typer.Option("--url", envvar="DOCSTORE_URL", help="The server's address.", rich_help_panel=SERVER)
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key", envvar="DOCSTORE_API_KEY", help="Your key.", show_envvar=True, rich_help_panel=SERVER
    ),
]
ConnectTimeout = Annotated[
    float,
    typer.Option(
        "--connect-timeout", metavar="SECONDS", help="To open a connection.", rich_help_panel=SERVER
    ),
]
ReadTimeout = Annotated[
    float,
    typer.Option(
        "--read-timeout", metavar="SECONDS", help="How long it may stay silent.", rich_help_panel=SERVER
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
CollectionName = Annotated[str, typer.Argument(metavar="COLLECTION", help="Its name or its id.")]

URL = DEFAULT_URL
CONNECT_SECONDS = Timeouts().connect_seconds
READ_SECONDS = Timeouts().read_seconds


def describe_connection(
    url: str, api_key: str | None, connect_seconds: float, read_seconds: float
) -> Connection:
    """The connection the options ask for. Raises UnusableInputError for a timeout that is none."""
    try:
        timeouts = Timeouts(connect_seconds, read_seconds)
    except ValueError as error:
        raise UnusableInputError(str(error)) from error
    return Connection(url.rstrip("/"), api_key, timeouts)
