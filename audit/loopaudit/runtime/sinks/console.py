"""aiomonitor with our commands: `lag`, `stalls`, `routes`, `debug on 30s`. Off by default, loopback only.

It has no authentication, so its Python console stays off, and its task factory (65-100 us a task) does
unless asked for. Each worker takes ports of its own. The web port is probed first: an occupied one hangs
`start_monitor()`, and the loop with it, for ever.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import aiomonitor
import click
from aiomonitor.termui.commands import auto_command_done, monitor_cli, print_fail, print_ok

from loopaudit.runtime.settings import SettingsError
from loopaudit.runtime.sinks.console_text import describe_lag, describe_routes, describe_stalls

if TYPE_CHECKING:
    from loopaudit.runtime.monitor import Diagnostics

HOST = "127.0.0.1"
PORTS_TO_TRY = 32
PORTS_A_WORKER = 3
SECONDS = re.compile(r"(\d+(?:\.\d+)?)s?")

_present: list[Diagnostics] = []
"""aiomonitor's commands are one list a process, without a way to reach the monitor's owner."""


def start_console(diagnostics: Diagnostics, base_port: int) -> Callable[[], None]:
    """Start the monitor for this loop; gives what stops it. Raises SettingsError when no ports are free."""
    port = find_free_ports(base_port)
    monitor = aiomonitor.Monitor(
        diagnostics.loop,
        host=HOST,
        termui_port=port,
        webui_port=port + 1,
        console_port=port + 2,
        console_enabled=False,
        hook_task_factory=diagnostics.settings.aiomonitor_hook_tasks,
    )
    add_commands()
    _present.append(diagnostics)
    monitor.start()
    diagnostics.console_address = f"{HOST}:{port}"

    def stop() -> None:
        monitor.close()
        _present.remove(diagnostics)

    return stop


def find_free_ports(base: int) -> int:
    """The first port from the base that is free together with its two neighbours."""
    for port in range(base, base + PORTS_TO_TRY * PORTS_A_WORKER, PORTS_A_WORKER):
        if all(is_free(port + offset) for offset in range(PORTS_A_WORKER)):
            return port
    raise SettingsError(f"aiomonitor_port: no {PORTS_A_WORKER} free ports in a row from {base} on {HOST}")


def is_free(port: int) -> bool:
    """Whether this port can be bound now."""
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


Command = Callable[[click.Context], None] | Callable[[click.Context, str, str], None]


def _command(name: str) -> Callable[[Command], None]:
    """Our typed door to aiomonitor's untyped decorators."""

    def register(function: Command) -> None:
        monitor_cli.command(name=name)(auto_command_done(function))

    return register


def add_commands() -> None:
    """Add our commands to aiomonitor's; adding them again replaces them."""

    @_command(name="lag")
    def lag(ctx: click.Context) -> None:  # noqa: ARG001 # aiomonitor's decorator passes it
        """How late the loop is now, and the worst of the last minute"""
        for diagnostics in _present:
            print_ok(describe_lag(diagnostics))

    @_command(name="stalls")
    def stalls(ctx: click.Context) -> None:  # noqa: ARG001
        """The last stalls: when, how long, why, where"""
        for diagnostics in _present:
            click.echo(describe_stalls(diagnostics))

    @_command(name="routes")
    def routes(ctx: click.Context) -> None:  # noqa: ARG001
        """Stalled seconds by route"""
        for diagnostics in _present:
            click.echo(describe_routes(diagnostics))

    @_command(name="debug")
    @click.argument("switch", type=click.Choice(["on", "off"]))
    @click.argument("time", default="30s")
    def debug(ctx: click.Context, switch: str, time: str) -> None:  # noqa: ARG001
        """asyncio's debug mode: `debug on 30s`, `debug off`"""
        seconds = SECONDS.fullmatch(time)
        if seconds is None:
            print_fail(f"{time!r} is not a time like 30s")
            return
        for diagnostics in _present:
            if switch == "on":
                diagnostics.debug_on(float(seconds.group(1)))
            else:
                diagnostics.debug_off()
        print_ok(f"asyncio debug {switch}" + (f" for {seconds.group(1)} s" if switch == "on" else ""))
