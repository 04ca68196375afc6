"""Which sinks the settings ask for, started in order. Optional packages are imported here, when they are
asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loopaudit.runtime.settings import SettingsError
from loopaudit.runtime.sinks.evidence_file import EvidenceFile
from loopaudit.runtime.sinks.log_lines import LogLines

if TYPE_CHECKING:
    from contextlib import ExitStack

    from prometheus_client import CollectorRegistry

    from loopaudit.runtime.monitor import Diagnostics


def start_sinks(diagnostics: Diagnostics, undo: ExitStack) -> None:
    """Attach observers and start what serves them; everything started is put on the stack at once."""
    settings = diagnostics.settings
    if settings.log_stalls:
        diagnostics.observers.add(LogLines())
    if settings.evidence_path is not None:
        _start_evidence(diagnostics, Path(settings.evidence_path), undo)
    if settings.metrics_port is not None or settings.export_metrics:
        _export_metrics(diagnostics, undo)
    if settings.metrics_port is not None:
        _serve_metrics(diagnostics, settings.metrics_port, undo)
    if settings.aiomonitor_port is not None:
        _start_console(diagnostics, settings.aiomonitor_port, undo)


def _start_evidence(diagnostics: Diagnostics, path: Path, undo: ExitStack) -> None:
    settings = diagnostics.settings
    evidence = EvidenceFile(path, settings.evidence_max_bytes, settings.evidence_files)
    try:
        evidence.start()
    except OSError as error:
        raise SettingsError(f"evidence_path: {path} cannot be written: {error}") from error
    undo.callback(evidence.stop)
    diagnostics.observers.add(evidence)


def default_registry() -> CollectorRegistry:
    """prometheus-client's registry, or a clear sentence if the package is missing."""
    try:
        from prometheus_client import REGISTRY
    except ImportError:
        raise SettingsError(
            "metrics need the package prometheus-client, which is not installed: "
            "install loopaudit[runtime], or leave metrics_port and export_metrics unset"
        ) from None
    return REGISTRY


def _export_metrics(diagnostics: Diagnostics, undo: ExitStack) -> None:
    registry = default_registry()
    from loopaudit.runtime.sinks.prometheus import find_collector

    collector = find_collector(registry)
    collector.add(diagnostics)
    undo.callback(collector.remove, diagnostics)


def _serve_metrics(diagnostics: Diagnostics, port: int, undo: ExitStack) -> None:
    from loopaudit.runtime.sinks.metrics_server import MetricsServer

    server = MetricsServer(diagnostics.settings.metrics_host, port, default_registry())
    server.start()
    undo.callback(server.stop)
    diagnostics.metrics_address = server.address


def _start_console(diagnostics: Diagnostics, port: int, undo: ExitStack) -> None:
    try:
        from loopaudit.runtime.sinks.console import start_console
    except ImportError:
        raise SettingsError(
            "aiomonitor_port needs the package aiomonitor, which is not installed: "
            "install loopaudit[aiomonitor]"
        ) from None
    undo.callback(start_console(diagnostics, port))
