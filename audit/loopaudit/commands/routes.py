"""`loopaudit routes`: every endpoint with its verdict."""

from __future__ import annotations

import dataclasses

import click

from loopaudit.commands.auditing import complain_about_unparsed, read_options, run_audit
from loopaudit.commands.endings import CANNOT_WORK, CLEAN, FINDINGS
from loopaudit.commands.parameters import auditing_parameters, read_asked

HELP = """Show every endpoint with its verdict: the whole audit at a glance.

For each: method, route, handler, whether it is `def` or `async def`, where the framework runs it, and the
worst chain that blocks it.

\b
Examples:
  loopaudit routes
  loopaudit routes src --output-format json

\b
Exit codes: 0 no endpoint blocks, 1 some do, 2 it could not do its work."""

JUDGING = ("LA1", "LA2", "LA501")
"""Rules that say that a route blocks; the others are about its threads and waits."""


def routes(config: str | None, **said: object) -> int:
    """Audit, print the table, and answer with the exit code."""
    from loopaudit.report.routes import judge_routes, render_routes, render_routes_json
    from loopaudit.rules.selection import choose_codes

    options = read_options(read_asked(said), config)
    options = dataclasses.replace(options, select=choose_codes(JUDGING))
    audit = run_audit(options)
    lines = judge_routes(audit)
    if options.output_format == "json":
        click.echo(render_routes_json(lines))
    else:
        from loopaudit.commands.printing import make_canvas, print_lines

        print_lines(render_routes(lines, make_canvas()))
    if audit.unparsed:
        complain_about_unparsed(audit)
        return CANNOT_WORK
    blocks = any(options.fails_on(finding) for line in lines for finding in line.findings)
    return FINDINGS if blocks and not options.exit_zero else CLEAN


COMMAND = click.Command(
    "routes",
    callback=routes,
    help=HELP,
    params=[
        *auditing_parameters(),
        click.Option(["--exit-zero"], is_flag=True, default=None, help="Exit 0 even when routes block."),
        click.Option(
            ["--fail-on"],
            type=click.Choice(["error", "warning", "info"]),
            help="The mildest severity that ends in exit code 1. [default: info]",
        ),
    ],
)
