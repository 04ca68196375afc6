"""What the console prints, as text made from the diagnostics: usable without aiomonitor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loopaudit.runtime.sinks.log_lines import format_stall

if TYPE_CHECKING:
    from loopaudit.runtime.monitor import Diagnostics

MAX_ROWS = 20


def describe_lag(diagnostics: Diagnostics) -> str:
    """The lag now, the worst, and whether the loop stalls at this moment."""
    present = diagnostics.present_stall()
    text = (
        f"lag {diagnostics.lag_seconds() * 1000:.1f} ms, worst of the last minute "
        f"{diagnostics.worst_lag_seconds() * 1000:.1f} ms, {diagnostics.totals.stalls} stalls "
        f"({diagnostics.totals.stalled_seconds:.3f} s) since the start, sensor {diagnostics.sensor.name}"
    )
    return f"{text}\n{format_stall(present)}" if present is not None else text


def describe_stalls(diagnostics: Diagnostics) -> str:
    """The newest stalls, newest last."""
    stalls = diagnostics.stalls()[-MAX_ROWS:]
    if not stalls:
        return "no stalls"
    return "\n".join(
        f"{datetime.fromtimestamp(stall.time, UTC):%H:%M:%S}Z {format_stall(stall)}" for stall in stalls
    )


def describe_routes(diagnostics: Diagnostics) -> str:
    """Stalled seconds by route and cause, the worst first."""
    rows = sorted(diagnostics.totals.by_route.copy().items(), key=lambda row: -row[1])[:MAX_ROWS]
    if not rows:
        return "no stalls"
    return "\n".join(f"{seconds:10.3f} s  {cause:9}{route}" for (route, cause), seconds in rows)
