"""How the story looks: 80 columns, with or without colours, with or without a terminal."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from bench.demo.audit import find_root

if TYPE_CHECKING:
    from collections.abc import Generator

    from bench.demo.audit import Audited, Finding
    from bench.demo.claims import Claim, Figure
    from bench.load.experiment import Measured
    from bench.load.live import StallRecord

WIDTH = 80
STALLS_SHOWN = 4
COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def format_seconds(seconds: float) -> str:
    """8.65 s, 120 ms, 2.4 ms."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def count_of(number: int, what: str) -> str:
    """1 stall, 2 stalls."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


class Teller:
    """Prints the story as it happens."""

    def __init__(self, console: Console | None = None) -> None:
        found = console or Console(highlight=False)
        found.width = min(found.width, WIDTH)
        self._console = found

    def open(self) -> None:
        """What this is, and how long it takes."""
        self._console.rule("[bold]loopaudit[/]: one frozen service, before and after", align="left")
        self._console.print(
            "An upload service froze: its whole API, /health with it, while a collection was\n"
            "processed. We read its source, watch it freeze, and put the cure beside it.\n"
            "This takes about a minute; all of it happens in a temporary folder.\n"
        )

    def begin(self, number: int, title: str) -> None:
        """A chapter."""
        self._console.print(f"\n[bold cyan]{number}[/]  [bold]{title}[/]\n")

    @contextlib.contextmanager
    def waiting(self, what: str) -> Generator[None]:
        """A spinner on a terminal; afterwards, how long it took."""
        started = time.perf_counter()
        with self._console.status(f"{what} ...") if self._console.is_terminal else contextlib.nullcontext():
            yield
        self._console.print(f"   {what} [dim]({time.perf_counter() - started:.1f} s)[/]")

    def show_command(self, command: str) -> None:
        """What a reader may type to see the same."""
        self._console.print(f"   [dim]$ {command}[/]")

    def show_finding(self, name: str, finding: Finding, route: str) -> None:
        """A blocking call: who suffers, by which calls, and what to write instead."""
        colour = COLOURS.get(finding.severity, "white")
        self._console.print(f"\n   [bold {colour}]{finding.rule}[/] [bold]{name}[/]")
        root = find_root(finding, route)
        lines = [f"{root.method} {root.route}"] if root else []
        lines += [f"{shorten(root.function)}  [dim]{root.path}:{root.line}[/]"] if root else []
        lines += [f"{shorten(step.function)}  [dim]{step.path}:{step.line}[/]" for step in finding.chain]
        lines.append(f"[bold]{finding.primitive}[/]")
        for depth, line in enumerate(lines):
            arrow = "└ " if depth else ""
            self._print_indented(arrow + line, 6 + max(0, 2 * (depth - 1)))
        self._print_indented(f"[green]instead:[/] {escape(shorten_advice(finding.advice))}", 6)

    def list_findings(self, audited: Audited) -> None:
        """Every finding in a line: there should be none."""
        for finding in audited.findings:
            self._print_indented(f"[red]{finding.path}:{finding.line}[/] {escape(finding.message)}", 6)

    def show_audit(self, audited: Audited) -> None:
        """How much was read, and how many findings there are."""
        stats, count = audited.stats, len(audited.findings)
        found = "[green]nothing found[/]" if not count else count_of(count, "finding")
        read = f"{stats.files} files, {stats.lines:,} lines in {stats.seconds:.2f} s"
        self._console.print(f"\n   {read}: {found}, exit code {audited.exit_code}")

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        """Both services side by side."""
        head = f"{'under the same load':<22}{'as reported':>12}{'docstore':>13}{'better':>15}"
        self._console.print(f"\n   [dim]{head}[/]")
        for figure in figures:
            one, other = format_seconds(figure.reported_seconds), format_seconds(figure.docstore_seconds)
            better = f"{figure.times_better:,.0f} times"
            cells = f"[red]{one:>12}[/][green]{other:>13}[/]{better:>15}"
            self._console.print(f"   {figure.name:<22}{cells}")

    def show_stalls(self, name: str, measured: Measured, threshold_seconds: float) -> None:
        """What the diagnostics caught, the longest first."""
        stalls = measured.diagnosis.stalls
        total = sum(stall.duration_seconds for stall in stalls)
        over = f"over {format_seconds(threshold_seconds)}"
        if not stalls:
            self._console.print(f"\n   [bold]{name}[/]: [green]no stall {over}[/]")
            return
        self._console.print(
            f"\n   [bold]{name}[/]: {count_of(len(stalls), 'stall')} {over}, {format_seconds(total)} in all"
        )
        for stall in stalls[:STALLS_SHOWN]:
            self._show_stall(stall)
        if len(stalls) > STALLS_SHOWN:
            self._console.print(f"      and {len(stalls) - STALLS_SHOWN} shorter ones")

    def show_claims(self, claims: list[Claim], seconds: float) -> None:
        """What held and what did not."""
        for claim in claims:
            mark = "[green]held[/]  " if claim.is_true else "[bold red]FAILED[/]"
            self._print_indented(f"{mark}  {escape(claim.sentence)}", 3)
        failed = sum(not claim.is_true for claim in claims)
        verdict = (
            f"[bold red]{failed} of {len(claims)} claims failed[/]"
            if failed
            else f"[bold green]all {len(claims)} claims held[/]"
        )
        self._console.print(f"\n   {verdict} [dim](after {seconds:.0f} s; nothing is left running)[/]")

    def suggest(self) -> None:
        """What to try next."""
        self._console.print("\n[bold]Try next[/]")
        for command, why in (
            ("loopaudit check path/to/your/project", "your own blocking calls"),
            ("loopaudit explain LA103", "why it matters, what to write"),
            ("docstore serve", "the cure, for real use"),
            ("make bench-docstore", "all the figures, with the peers"),
        ):
            self._console.print(f"   {command:<40}[dim]{why}[/]")

    def fail(self, sentence: str) -> None:
        """What went wrong."""
        self._console.print(f"\n[bold red]The demo failed.[/] {escape(sentence)}", soft_wrap=True)

    def _show_stall(self, stall: StallRecord) -> None:
        route = f"{stall.method} {stall.route}" if stall.route else "outside of a request"
        lasted = f"[red]{format_seconds(stall.duration_seconds):>8}[/]"
        self._console.print(f"      {lasted}  {stall.cause}, {escape(route)}")
        if stall.where is not None:
            place = f"{stall.where.path}:{stall.where.line}"
            self._print_indented(f"[dim]{escape(place)}[/] {escape(stall.where.function)}", 16)

    def _print_indented(self, text: str, columns: int) -> None:
        for line in Text.from_markup(text).wrap(self._console, self._console.width - columns):
            line.rstrip()
            self._console.print(" " * columns, line, sep="")


def shorten(function: str) -> str:
    """The class and the name, without the modules before them."""
    parts = function.replace(".<locals>", "").split(".")
    return escape(".".join(parts[-2:] if len(parts) > 1 and parts[-2][:1].isupper() else parts[-1:]))


def shorten_advice(advice: str) -> str:
    """Its first way out, without its heading."""
    return advice.removeprefix("Instead: ").split(". Or ")[0].rstrip(".") + "."
