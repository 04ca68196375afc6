"""File names are data: kept as they came, refused where they deceive, made harmless on the way out."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from docstore.errors import Unprocessable

LONGEST = 255
# They turn the reading direction: `invoice\u202efdp.exe` shows as `invoiceexe.pdf`.
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_filename(name: str) -> str:
    """The name itself; raises Unprocessable for an empty, overlong or deceiving one."""
    if not name.strip():
        raise Unprocessable("The file has no name; give it one.")
    if len(name) > LONGEST:
        raise Unprocessable(f"The file name has {len(name)} characters; the limit is {LONGEST}.")
    for place, character in enumerate(name):
        if character in DIRECTION_MARKS or unicodedata.category(character) in {"Cc", "Cs"}:
            raise Unprocessable(
                f"The file name has U+{ord(character):04X} at character {place}: control characters and "
                f"direction marks are refused, because they deceive whoever reads the name; rename the file."
            )
    return name


def decode_filename(raw: bytes) -> str:
    """A multipart header's bytes; raises Unprocessable when they are not UTF-8."""
    try:
        return check_filename(raw.decode())
    except UnicodeDecodeError as error:
        raise Unprocessable("The file name is not UTF-8.") from error


def content_disposition(name: str) -> str:
    """RFC 6266: an ASCII name for old readers, the true one in `filename*`; separators become underscores."""
    flat = name.replace("/", "_").replace("\\", "_")
    plain = "".join(c if " " <= c <= "~" and c not in '"%' else "_" for c in flat)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(flat, safe='')}"
