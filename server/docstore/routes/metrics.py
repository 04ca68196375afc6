"""`/metrics`: the loop's own figures. Rendered in a thread; during a stall ask the side port instead."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from docstore.routes.wiring import ServicesHere

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response)
async def get_metrics(services: ServicesHere) -> Response:
    """Prometheus text format. `DOCSTORE_METRICS_PORT` serves the same from a thread of its own."""
    body = await services.documents.blobs.threads.run(generate_latest)
    return Response(body, media_type=CONTENT_TYPE_LATEST)
