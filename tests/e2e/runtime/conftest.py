"""What these tests have in common: the objects of the tests before them are no garbage to look through."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def small_heap() -> Iterator[None]:
    """A collection over the heap of a long test run takes 0.1 s: a true stall, but none we planted."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
