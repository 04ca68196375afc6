"""What can go wrong, each with the exit code the command line ends with."""

from __future__ import annotations

OK, SOME_FAILED, USAGE, UNREACHABLE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130


class DocstoreError(Exception):
    """Something failed; the text is one or two sentences for whoever asked."""

    exit_code = SOME_FAILED


class UnusableInputError(DocstoreError):
    """What was asked for cannot be asked: a missing file, an address that is none."""

    exit_code = USAGE


class UnreachableError(DocstoreError):
    """Nobody answered, or not in time, or the connection broke."""

    exit_code = UNREACHABLE


class RefusedError(DocstoreError):
    """The server said no, with HTTP's `status`. `collection_id` names the one that exists (409)."""

    exit_code = REFUSED

    def __init__(self, sentence: str, status: int, collection_id: str | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.collection_id = collection_id


class NotUnderstoodError(DocstoreError):
    """The server answered something that is no answer of a docstore."""

    exit_code = REFUSED


class LocalFileError(DocstoreError):
    """A local file could not be read or written, or changed while it was being sent."""


class DamagedError(DocstoreError):
    """What arrived is not what the server keeps."""
