"""anyio's plugin runs the coroutines; the service runs on asyncio alone."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Not trio."""
    return "asyncio"
