"""How bad a finding is: by what the primitive costs, one level down where it happens once or for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import SEVERITIES

if TYPE_CHECKING:
    from loopaudit.static.observations import BlockedCall

BY_COST = {"unbounded": "error", "disk": "warning", "cpu": "warning", "brief": "info"}


def weigh(call: BlockedCall) -> str:
    """The severity of a blocking call."""
    severity = BY_COST[call.primitive.cost]
    is_milder = call.circumstances.is_milder or call.circumstances.brief
    return _one_down(severity) if is_milder else severity


def _one_down(severity: str) -> str:
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]
