"""What a call was given, as far as it is known: what conditions judge by.

The auditor fills these values from source, the running side from real ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Constant = str | bytes | int | float | bool | None

SMALL_INPUT_BYTES = 64 * 1024
"""What is hashed or packed in well under a millisecond."""

FILE_TYPES = frozenset({"io.TextIOWrapper", "tempfile._TemporaryFileWrapper"})
MEMORY_TYPES = frozenset({"io.BytesIO", "io.StringIO", "bytes", "bytearray", "memoryview"})


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. `value` counts only when `is_known`; `type_path`: its canonical type, if known;
    `length`: bytes or characters of a literal that was not kept; `made_by`: canonical name of the call it is
    the result of (`str.encode`; `*.encode` when nobody knows whose); `constant_path`: canonical name of a
    library constant (`os.WNOHANG`), several joined by `|`; `is_line`: text with a literal at its end."""

    value: Constant = None
    is_known: bool = False
    type_path: str = ""
    length: int | None = None
    made_by: str = ""
    constant_path: str = ""
    is_line: bool = False

    def is_zero(self) -> bool:
        """Surely 0, 0.0 or False."""
        return self.is_known and isinstance(self.value, int | float) and self.value == 0

    def is_small(self) -> bool:
        """Surely a literal of at most `SMALL_INPUT_BYTES`."""
        if self.is_known and isinstance(self.value, str | bytes):
            return len(self.value) <= SMALL_INPUT_BYTES
        return self.length is not None and self.length <= SMALL_INPUT_BYTES

    def is_encoded_text(self) -> bool:
        """Surely made by `.encode()`, of whatever receiver: text that the program holds already."""
        return self.made_by in {"str.encode", "*.encode"}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call was given, without the receiver. `is_open`: `*args` or `**kwargs` may have added more.
    `receiver_made_by`: the arguments of the call that made the object the method belongs to; `is_first_use`:
    it was made in this very function, and this is the first such call on it."""

    positional: tuple[Argument, ...] = ()
    keywords: Mapping[str, Argument] = field(default_factory=dict)
    is_open: bool = False
    receiver_made_by: Arguments | None = None
    is_first_use: bool = False

    def get(self, position: int, keyword: str) -> Argument | None:
        """The argument at `position` or under `keyword`; None when the call does not pass it."""
        found = self.keywords.get(keyword)
        if found is None and 0 <= position < len(self.positional):
            found = self.positional[position]
        return found

    def is_zero(self, position: int, keyword: str) -> bool:
        """Whether the argument is surely 0 or False."""
        found = self.get(position, keyword)
        return found is not None and found.is_zero()
