"""`python -m loopaudit`."""

from __future__ import annotations

from loopaudit.commands.main import cli

if __name__ == "__main__":
    cli()
