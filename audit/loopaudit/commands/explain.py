"""`loopaudit explain`: the manual page of a rule."""

from __future__ import annotations

import click

from loopaudit.commands.endings import CLEAN, CannotWorkError

HELP = """Print the manual page of a rule: what it finds, why it matters, bad, good, what it leaves alone, and
how to silence it. Without CODE: list all rules.

\b
Examples:
  loopaudit explain
  loopaudit explain LA103
  loopaudit explain database-on-loop"""


def explain(code: str | None) -> int:
    """Print one page, or the list."""
    from loopaudit.rules import RULES
    from loopaudit.rules.selection import UnknownCodeError, find_rule

    if code is None:
        for rule in RULES:
            note = "" if rule.default_on else click.style(" (off by default)", dim=True)
            click.echo(f"{click.style(rule.code, bold=True)}  {rule.summary}{note}")
        return CLEAN
    try:
        rule = find_rule(code)
    except UnknownCodeError as problem:
        raise CannotWorkError(str(problem)) from None
    click.echo(f"{click.style(f'{rule.code} {rule.name}', bold=True)}\n\n{rule.page.strip()}")
    return CLEAN


COMMAND = click.Command(
    "explain", callback=explain, help=HELP, params=[click.Argument(["code"], required=False)]
)
