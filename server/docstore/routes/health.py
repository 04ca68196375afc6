"""`/health/live` and `/health/ready`: answered from memory, in no thread: they say how the loop is."""

from __future__ import annotations

from fastapi import APIRouter, Response

from docstore.routes.shapes import Health
from docstore.routes.wiring import ServicesHere

router = APIRouter(prefix="/health", tags=["health"])
ALIVE = Health(status="ok")


@router.get("/live")
async def get_live() -> Health:
    """The loop turns: that is all this says."""
    return ALIVE


@router.get("/ready", responses={503: {"model": Health}})
async def get_ready(services: ServicesHere, response: Response) -> Health:
    """The database answered lately, and the service is not stopping."""
    reason = services.readiness.reason
    if reason is None:
        return ALIVE
    response.status_code = 503
    return Health(status="unavailable", reason=reason)
