"""What `check` and `routes` share: from the words of the command line to an `Audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from loopaudit.commands.endings import CannotWorkError
from loopaudit.commands.progress import Progress
from loopaudit.configuration import ConfigurationError, load_options
from loopaudit.report.canvas import printable

if TYPE_CHECKING:
    from loopaudit.configuration import Asked, Options
    from loopaudit.findings import Audit


def read_options(told: Asked, config: str | None) -> Options:
    """The options of this run; CannotWorkError when they cannot be followed."""
    try:
        return load_options(Path.cwd(), told, Path(config) if config else None)
    except ConfigurationError as problem:
        raise CannotWorkError(str(problem)) from None


def run_audit(options: Options) -> Audit:
    """Audit, with a bar on stderr when it takes long; what cannot be read becomes one sentence."""
    from loopaudit.catalogue.errors import CatalogueError
    from loopaudit.pipeline import audit
    from loopaudit.static.discover import DiscoveryError

    with Progress() as progress:
        try:
            outcome = audit(options, on_progress=progress.show)
        except (CatalogueError, DiscoveryError) as problem:
            raise CannotWorkError(str(problem)) from None
        except OSError as problem:
            raise CannotWorkError(f"{problem.filename or 'the disk'}: {problem.strerror}.") from None
    if outcome.note:
        click.echo(printable(f"loopaudit: {outcome.note}"), err=True)
    return outcome


def complain_about_unparsed(audit: Audit) -> None:
    """One sentence on stderr, so that it is seen whatever becomes of stdout."""
    first, number = audit.unparsed[0], len(audit.unparsed)
    others = f", and {number - 1} more" if number > 1 else ""
    sentence = f"loopaudit: {first.path} could not be audited{others}: mend or `exclude` it. {first.message}"
    click.echo(printable(sentence), err=True)
