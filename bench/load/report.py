"""What a load run measured, as it goes from process to process and into tables."""

from __future__ import annotations

import math

import msgspec


class Probe(msgspec.Struct, frozen=True):
    """Latency of every probe that was due, from the moment it was due; failed: those without an answer."""

    latencies_seconds: tuple[float, ...]
    failed: int = 0


class LoadReport(msgspec.Struct, frozen=True):
    """One service under the load.

    upload_seconds: each upload from its first byte to its answer. processing_seconds: from the request to the
    last document's end. documents: how many were processed well.
    """

    health: Probe
    upload_seconds: tuple[float, ...]
    upload_errors: tuple[str, ...]
    processing_seconds: float
    documents: int


def find_quantile(values: tuple[float, ...], share: float) -> float:
    """The nearest-rank quantile; not a number when there is no value."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def find_max(values: tuple[float, ...]) -> float:
    """The largest; not a number when there is no value."""
    return max(values, default=math.nan)
