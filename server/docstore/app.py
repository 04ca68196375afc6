"""The application: `uvicorn docstore.app:create_app --factory`."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from loopaudit.runtime import LoopLagMiddleware

from docstore.assembly import open_services
from docstore.routes import collections, contents, documents, health, metrics, processing
from docstore.routes.problems import PROBLEM_RESPONSES, install_problems
from docstore.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def create_app(settings: Settings | None = None) -> FastAPI:
    """A new application; without settings they come from the environment. Raises ConfigurationError."""
    known = settings or read_settings()
    known.sqlite_url()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_services(known) as services:
            app.state.services = services
            yield

    app = FastAPI(
        title="docstore", summary="Documents in, answers out.", lifespan=lifespan, responses=PROBLEM_RESPONSES
    )
    app.state.settings = known
    install_problems(app)
    v1 = APIRouter(prefix="/v1")
    for router in (collections.router, documents.router, contents.router, processing.router):
        v1.include_router(router)
    app.include_router(v1)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.add_middleware(LoopLagMiddleware, settings=known.diagnostics())
    # FastAPI builds its routes and this document when they are first asked for: a quarter of a second on the
    # loop, at the first request. Here nobody waits yet.
    app.openapi()
    return app
