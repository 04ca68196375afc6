"""The command line: finds the sub-command, and turns what goes wrong into a sentence and an exit code.

Only click is imported here; a sub-command is imported when it is called, so that `--version` and `--help`
answer at once.
"""

from __future__ import annotations

import importlib
import sys
from typing import NoReturn

import click

from loopaudit import __version__
from loopaudit.commands.endings import CANNOT_WORK, INTERRUPTED, READER_LEFT, CannotWorkError

COMMANDS = {
    "check": "Find what blocks the event loop, and say what to write instead.",
    "routes": "Show every endpoint with its verdict.",
    "explain": "Print the manual page of a rule, or list all rules.",
    "catalogue": "Show what is known about libraries, and check rows of your own.",
}

HELP = """Find what blocks the event loop of an asyncio program, without running it.

\b
Examples:
  loopaudit check                      audit the working directory
  loopaudit check src --select LA1     only input and output
  loopaudit routes                     every endpoint with its verdict
  loopaudit explain LA103              what a finding means and how to cure it
  loopaudit catalogue requests         what is known about a library

\b
Exit codes: 0 clean, 1 findings, 2 it could not do its work, 130 interrupted.
Configuration: [tool.loopaudit] in pyproject.toml."""


class Commands(click.Group):
    """Sub-commands by name; each stands in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"loopaudit.commands.{cmd_name}")
        command: click.Command = module.COMMAND
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """`loopaudit chek` is answered with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            cure = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(COMMANDS)}."
            raise click.UsageError(f"no command is called {args[0]!r}; {cure}", ctx)
        return super().resolve_command(ctx, args)


def print_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """`loopaudit 1.2.3`."""
    if is_asked:
        click.echo(f"loopaudit {__version__}")
        ctx.exit()


GROUP = Commands(
    name="loopaudit",
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"]},
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=print_version,
            help="Print the version and leave.",
        )
    ],
)


def cli() -> NoReturn:
    """The entry point: run, and leave with the exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str], group: click.Command = GROUP) -> int:
    """Run one command line and give its exit code; what the user can mend is one sentence on stderr."""
    try:
        code = group.main(arguments, prog_name="loopaudit", standalone_mode=False)
    except SystemExit:
        # Only of click's own doing: whoever read our output (head, less) has gone.
        return READER_LEFT
    except (click.Abort, KeyboardInterrupt):
        click.echo("loopaudit: interrupted.", err=True)
        return INTERRUPTED
    except click.UsageError as problem:
        problem.show()
        return CANNOT_WORK
    except (click.ClickException, CannotWorkError) as problem:
        click.echo(f"loopaudit: {problem}", err=True)
        return CANNOT_WORK
    return code if isinstance(code, int) else 0
