"""The whole application in this process, opened through its ASGI lifespan as a server would."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import httpx2
from docstore.app import create_app
from docstore.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from docstore.assembly import Services
    from fastapi import FastAPI
    from starlette.types import Message


@dataclass(frozen=True)
class Opened:
    """A client that talks to the application, and the services behind it."""

    http: httpx2.AsyncClient
    services: Services

    async def create_collection(self, name: str = "papers") -> str:
        """Its id."""
        answer = await self.http.post("/v1/collections", json={"name": name})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def stored_files(self) -> list[Path]:
        """Every file under the data directory that holds uploaded bytes, whole or partial."""
        layout = self.services.documents.blobs.layout
        folders = (layout.incoming, layout.blobs)
        return [
            path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != "lock"
        ]


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Opened]:
    """Without a worker unless the settings say so."""
    app = create_app(settings)
    async with living(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://docstore") as http:
            yield Opened(http, cast("Services", app.state.services))


@asynccontextmanager
async def living(app: FastAPI) -> AsyncIterator[None]:
    """Startup before, shutdown after."""
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    from_app: asyncio.Queue[Message] = asyncio.Queue()
    life = asyncio.create_task(
        app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, to_app.get, from_app.put)
    )
    await to_app.put({"type": "lifespan.startup"})
    assert (await from_app.get())["type"] == "lifespan.startup.complete"
    try:
        yield
    finally:
        await to_app.put({"type": "lifespan.shutdown"})
        assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
        await life


def quiet(tmp_path: Path, **changes: object) -> Settings:
    """Settings for tests: everything below `tmp_path`, no worker."""
    return Settings(data_dir=tmp_path / "data", run_worker=False).model_copy(update=changes)
