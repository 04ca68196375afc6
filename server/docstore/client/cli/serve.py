"""`docstore serve`: the server itself, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")]
DataDir = Annotated[
    Path | None,
    typer.Option(
        envvar="DOCSTORE_DATA_DIR", help="Where files and the database are kept.", show_default=False
    ),
]


def serve(host: Host = "127.0.0.1", port: Port = 8000, data_dir: DataDir = None) -> None:
    """Start a server: files and SQLite in one folder, nothing to set up. Ctrl-C stops it in good order.

    Every setting of the environment (DOCSTORE_*) counts; see the documentation of the server.
    """
    # Here, and not above: a client should not have to load the server.
    from docstore.serving import serve as run_server

    run_server(host=host, port=port, data_dir=data_dir)
