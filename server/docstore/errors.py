"""What can go wrong: each error carries its status and says what to do; `routes.problems` answers with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Member = str | int | list[str]


class Problem(Exception):  # noqa: N818  # RFC 9457 calls it so
    """An error that a client may see. `slug` is stable: programs match on it, people read `detail`."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "The service made a mistake"

    def __init__(
        self,
        detail: str,
        *,
        members: Mapping[str, Member] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})


class BadRequest(Problem):
    """The request cannot be understood: a broken header, cursor or multipart body."""

    status, slug, title = 400, "bad-request", "The request cannot be understood"


class DigestMismatch(Problem):
    """The bytes that arrived are not the bytes that were announced."""

    status, slug, title = 400, "digest-mismatch", "The bytes do not match their digest"


class NotFound(Problem):
    """No collection, document or text of that id."""

    status, slug, title = 404, "not-found", "There is no such thing"


class BodyTimeout(Problem):
    """The client stopped sending in the middle of a body."""

    status, slug, title = 408, "body-timeout", "The body stopped coming"


class NameTaken(Problem):
    """Collection names are unique."""

    status, slug, title = 409, "name-taken", "The name is taken"


class NotReady(Problem):
    """The text exists only once the document is ready."""

    status, slug, title = 409, "not-ready", "The document is not ready"


class TooLarge(Problem):
    """A body or file above its limit; `limit_bytes` is in the problem."""

    status, slug, title = 413, "too-large", "The body is too large"


class UnsupportedBody(Problem):
    """A content type or encoding that the endpoint does not read."""

    status, slug, title = 415, "unsupported-body", "The body has a form that is not read here"


class RangeOutside(Problem):
    """The range asked for lies behind the end of the file."""

    status, slug, title = 416, "range-outside", "The range lies outside the file"


class Unprocessable(Problem):
    """Well-formed, but not acceptable: a hostile file name, a field out of bounds."""

    status, slug, title = 422, "unprocessable", "The request is not acceptable"


class ClientGone(Problem):
    """The client left before the end of its body: the answer goes nowhere, the log entry does."""

    status, slug, title = 400, "client-gone", "The client left before the end of its body"


class Unavailable(Problem):
    """Starting, stopping, or a part of the service does not answer."""

    status, slug, title = 503, "unavailable", "The service is not ready"


class StorageFull(Problem):
    """No space left for the bytes."""

    status, slug, title = 507, "storage-full", "The storage is full"


class ConfigurationError(Exception):
    """A setting that cannot work: the message names the key and what to write instead."""
