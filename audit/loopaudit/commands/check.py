"""`loopaudit check`: find what blocks the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loopaudit.commands.auditing import complain_about_unparsed, read_options, run_audit
from loopaudit.commands.endings import CANNOT_WORK, CLEAN, FINDINGS
from loopaudit.commands.parameters import auditing_parameters, read_asked

if TYPE_CHECKING:
    from loopaudit.configuration import Options
    from loopaudit.findings import Audit

HELP = """Find what blocks the event loop, and say what to write instead.

PATHS are files and folders; without them those of [tool.loopaudit], or else the working directory. They
are read together: a chain may go through any file.

\b
Examples:
  loopaudit check
  loopaudit check src --select LA1,LA301
  loopaudit check --ignore LA101 --fail-on error
  loopaudit check --output-format json > findings.json
  loopaudit check --show-unresolved    what could not be followed

\b
Exit codes: 0 clean, 1 findings, 2 it could not do its work."""


def check(config: str | None, **said: object) -> int:
    """Audit, print, and answer with the exit code."""
    options = read_options(read_asked(said), config)
    audit = run_audit(options)
    _print(audit, options)
    if audit.unparsed:
        complain_about_unparsed(audit)
        return CANNOT_WORK
    fails = any(options.fails_on(finding) for finding in audit.findings)
    return FINDINGS if fails and not options.exit_zero else CLEAN


def _print(audit: Audit, options: Options) -> None:
    if options.output_format == "json":
        from loopaudit.report.json import render_json

        click.echo(render_json(audit))
        return
    from loopaudit.commands.printing import make_canvas, print_lines
    from loopaudit.report.text import render_text

    lines = render_text(audit, options.directory, make_canvas(), show_suppressed=options.show_suppressed)
    print_lines(lines)


COMMAND = click.Command(
    "check",
    callback=check,
    help=HELP,
    short_help="Find what blocks the event loop.",
    params=[
        *auditing_parameters(),
        click.Option(["--select"], multiple=True, metavar="CODES", help="Only these rules: LA103, LA1, ALL."),
        click.Option(["--ignore"], multiple=True, metavar="CODES", help="All but these rules."),
        click.Option(
            ["--confidence"],
            type=click.Choice(["certain", "likely", "possible"]),
            help="The weakest that is shown. [default: likely]",
        ),
        click.Option(
            ["--fail-on"],
            type=click.Choice(["error", "warning", "info"]),
            help="The mildest severity that ends in exit code 1. [default: info]",
        ),
        click.Option(["--exit-zero"], is_flag=True, default=None, help="Exit 0 even with findings."),
        click.Option(
            ["--show-unresolved"], is_flag=True, default=None, help="Also list calls nobody could follow."
        ),
        click.Option(
            ["--show-suppressed"], is_flag=True, default=None, help="Also show what comments silence."
        ),
    ],
)
