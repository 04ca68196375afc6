"""The parameters that every auditing command has, and how they become an `Asked`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from loopaudit.configuration import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

_LISTS = ("select", "ignore")


def auditing_parameters() -> list[click.Parameter]:
    """PATHS and the options about reading and printing."""
    return [
        click.Argument(["paths"], nargs=-1, type=click.Path()),
        click.Option(["--output-format"], type=click.Choice(["text", "json"]), help="[default: text]"),
        click.Option(["--exclude"], multiple=True, metavar="PATTERN", help="Leave out, as .gitignore would."),
        click.Option(
            ["--include-tests"], is_flag=True, default=None, help="Tests, examples and migrations too."
        ),
        click.Option(
            ["--rows"], multiple=True, metavar="FILE", help="A TOML file of your own catalogue rows."
        ),
        click.Option(
            ["--python"],
            type=click.Path(),
            metavar="ENV",
            help="Follow calls into the libraries of this environment: .venv, or the python inside it.",
        ),
        click.Option(["--jobs", "-j"], type=click.IntRange(min=0), help="Processes. [default: one a core]"),
        # Without the default, click takes the flag's own value for it, and nothing is ever cached.
        click.Option(
            ["--no-cache", "cache"],
            flag_value=False,
            default=None,
            type=bool,
            help="Neither read nor write it.",
        ),
        click.Option(
            ["--config"], type=click.Path(), metavar="FILE", help="Instead of the nearest pyproject.toml."
        ),
    ]


def read_asked(said: Mapping[str, object]) -> Asked:
    """What click collected, without what was not said; `--select LA1,LA2` is two."""
    asked: dict[str, object] = {}
    for key, value in said.items():
        if value is None or value == ():
            continue
        if key in _LISTS and isinstance(value, tuple):
            value = tuple(part for item in value for part in str(item).split(",") if part.strip())
        asked[key.replace("_", "-")] = value
    return msgspec.convert(asked, Asked)
