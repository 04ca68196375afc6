"""What can be set, as one frozen value: from arguments, then from `LOOPAUDIT_*` variables.

The environment wins over arguments: it is what the person on call can change without a release
(`LOOPAUDIT_DEBUG=1`, `LOOPAUDIT_THRESHOLD_SECONDS=0.05`). A value that cannot be read names its variable.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "LOOPAUDIT_"
Value = bool | int | float | str | Path | tuple[str, ...] | None


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the setting and what it would accept."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a loop is watched. Every field can be set as `LOOPAUDIT_<FIELD>`; times are seconds.

    threshold_seconds: a loop that does not come round for this long has stalled.
    tick_seconds: how often the watchdog looks.
    max_samples: how often it looks at one stall in all.
    evidence_path: JSONL file for stall records; None writes none.
    evidence_max_bytes, evidence_files: when it is rotated, how many old ones are kept.
    metrics_port: first port for the side thread's `/metrics`; the first free one from there is taken. None:
    off. metrics_host: loopback unless set otherwise.
    export_metrics: put the metrics into prometheus-client's registry without a port of their own.
    service: the name of this service, a label of the info metric and part of no other.
    aiomonitor_port: first port for aiomonitor (needs the extra); None: off.
    aiomonitor_hook_tasks: aiomonitor's task factory (65-100 us a task).
    server_timing: answer with `Server-Timing: lag;dur=...`.
    debug: asyncio's debug mode from the start, for `debug_seconds`.
    debug_signal: name of a signal that switches it on (`SIGUSR2`); empty: none.
    slow_callback_seconds: what debug mode calls slow.
    log_stalls: a log line a stall.
    watch_gc: measure garbage collections.
    lag_interval_seconds: how often the lag probe runs.
    own_packages: installed packages that count as your own code.
    is_enabled: False makes everything a no-op.
    """

    threshold_seconds: float = 0.1
    tick_seconds: float = 0.01
    max_samples: int = 64
    evidence_path: Path | str | None = None
    evidence_max_bytes: int = 16 * 1024 * 1024
    evidence_files: int = 3
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    export_metrics: bool = False
    service: str = ""
    aiomonitor_port: int | None = None
    aiomonitor_hook_tasks: bool = False
    server_timing: bool = False
    debug: bool = False
    debug_seconds: float = 30.0
    debug_signal: str = ""
    slow_callback_seconds: float = 0.1
    log_stalls: bool = True
    watch_gc: bool = True
    lag_interval_seconds: float = 0.1
    own_packages: tuple[str, ...] = ()
    is_enabled: bool = True

    def __post_init__(self) -> None:
        for name in ("threshold_seconds", "tick_seconds", "lag_interval_seconds", "slow_callback_seconds"):
            if not getattr(self, name) > 0:
                raise SettingsError(
                    f"{name} must be a positive number of seconds, not {getattr(self, name)!r}"
                )
        if self.max_samples < 1:
            raise SettingsError(f"max_samples must be at least 1, not {self.max_samples}")
        for name in ("metrics_port", "aiomonitor_port"):
            port = getattr(self, name)
            if port is not None and not 0 <= port <= 65535:
                raise SettingsError(f"{name} must be a port between 0 and 65535, not {port!r}")

    def with_environment(self, environment: Mapping[str, str]) -> Settings:
        """These settings, with what `LOOPAUDIT_*` variables say put over them."""
        changes: dict[str, Value] = {}
        for field in fields(self):
            variable = PREFIX + ("ENABLED" if field.name == "is_enabled" else field.name.upper())
            text = environment.get(variable)
            if text is not None and text.strip():
                changes[field.name] = _parse(variable, text.strip(), str(field.type))
        return replace(self, **changes) if changes else self  # type: ignore[arg-type] # _parse


def _parse(variable: str, text: str, kind: str) -> Value:
    for word, parse in _PARSERS.items():
        if word in kind:
            try:
                return parse(text)
            except ValueError:
                raise SettingsError(f"{variable}={text!r} is not a {word}") from None
    return text


def _parse_bool(text: str) -> bool:
    match text.lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
    raise ValueError(text)


def _parse_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


_PARSERS: dict[str, Callable[[str], Value]] = {
    "tuple": _parse_names,
    "bool": _parse_bool,
    "float": float,
    "int": int,
    "Path": Path,
}
