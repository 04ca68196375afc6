"""A multipart body as events: python-multipart parses, the pieces go on as views, never copied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from docstore.errors import BadRequest, Unprocessable, UnsupportedBody
from docstore.services.digests import announced_sha256
from docstore.services.filenames import decode_filename
from docstore.services.kinds import content_type_of
from docstore.services.uploads import FileClaim, FileEnded, PartEvent

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


class PartReader:
    """The parser's callbacks: they turn its positions into events. Content outside a file part is refused."""

    def __init__(self, boundary: bytes, max_files: int, request_sha256: str | None) -> None:
        self.events: list[PartEvent] = []
        self.is_complete = False
        self._max_files = max_files
        self._files = 0
        self._request_sha256 = request_sha256
        self._headers: dict[str, str] = {}
        self._name = b""
        self._value = b""
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin_part,
            "on_header_field": self._extend_name,
            "on_header_value": self._extend_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_file,
            "on_part_data": self._add_piece,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    def feed(self, chunk: bytes) -> list[PartEvent]:
        """What this chunk brought; raises BadRequest, Unprocessable."""
        try:
            self._parser.write(chunk)
        except MultipartParseError as error:
            raise BadRequest(f"The multipart body is broken: {error}.") from error
        events, self.events = self.events, []
        return events

    def _begin_part(self) -> None:
        self._headers = {}

    def _extend_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _extend_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def _begin_file(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition"))
        raw = options.get(b"filename")
        if raw is None:
            field = options.get(b"name", b"").decode(errors="replace")
            raise Unprocessable(f"The part {field!r} is not a file: give it a filename, or leave it out.")
        self._count_file()
        filename = decode_filename(raw)
        content_type = content_type_of(self._headers.get("content-type"), filename)
        sha256 = announced_sha256(self._headers) or self._request_sha256
        self.events.append(FileClaim(filename, content_type, sha256))

    def _count_file(self) -> None:
        self._files += 1
        if self._files > self._max_files:
            raise Unprocessable(f"More than {self._max_files} files in one request; send them in several.")
        if self._files > 1 and self._request_sha256 is not None:
            raise Unprocessable("One digest for several files: put it into the headers of each part.")

    def _add_piece(self, data: bytes, start: int, end: int) -> None:
        self.events.append(memoryview(data)[start:end])

    def _end_part(self) -> None:
        self.events.append(FileEnded())

    def _end(self) -> None:
        self.is_complete = True


def find_boundary(request: Request) -> bytes:
    """Raises UnsupportedBody for another type, BadRequest without a boundary."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise UnsupportedBody(
            f"Send multipart/form-data, not {kind.decode(errors='replace') or 'nothing'!r}; "
            f"one raw body goes to PUT .../documents/FILENAME."
        )
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 70:
        raise BadRequest("The multipart Content-Type needs a boundary of 1 to 70 characters.")
    return boundary


async def read_parts(reader: PartReader, body: AsyncIterator[bytes]) -> AsyncIterator[PartEvent]:
    """The events of the whole body; raises BadRequest when it ends too early or holds no file."""
    has_file = False
    async for chunk in body:
        for event in reader.feed(chunk):
            has_file = True
            yield event
    if not reader.is_complete:
        raise BadRequest("The multipart body ends before its last boundary; nothing was kept, send it again.")
    if not has_file:
        raise Unprocessable("The body holds no file.")
