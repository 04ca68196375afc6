"""How a command ends."""

from __future__ import annotations

CLEAN = 0
FINDINGS = 1
CANNOT_WORK = 2
"""It could not do its work, or not all of it: a file that nobody can read may hide anything."""

INTERRUPTED = 130
READER_LEFT = 141
"""128 + SIGPIPE, as other programs leave when the pipe they write to is closed."""


class CannotWorkError(Exception):
    """What the user gave cannot be worked with; the message is one sentence that says what to change."""
