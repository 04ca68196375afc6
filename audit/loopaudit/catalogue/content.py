"""Conditions on the data that is hashed, packed, written or read: none, little, or in memory already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.arguments import MEMORY_TYPES

if TYPE_CHECKING:
    from loopaudit.catalogue.arguments import Arguments


def no_data(call: Arguments) -> bool:
    """`hashlib.sha256()`: an empty hash object."""
    given = set(call.keywords) - {"usedforsecurity", "digest_size"}
    return not call.is_open and not call.positional and not given


def new_without_data(call: Arguments) -> bool:
    """`hashlib.new("sha256")`, `hmac.new(key)`: the first argument is a name or a key."""
    given = set(call.keywords) - {"usedforsecurity", "name", "key", "digestmod"}
    return not call.is_open and len(call.positional) < 2 and not given


def small_constant(call: Arguments) -> bool:
    """`hashlib.sha256(b"salt")`: a literal of at most 64 KiB."""
    found = call.get(0, "data")
    return found is not None and found.is_small()


def second_small_constant(call: Arguments) -> bool:
    """`os.write(wakeup, b"x")`."""
    found = call.get(1, "data")
    return found is not None and found.is_small()


def encoded_text(call: Arguments) -> bool:
    """`hashlib.sha256(name.encode())`: text of a program is a key or a name, not a file."""
    found = call.get(0, "data")
    return found is not None and found.is_encoded_text()


def second_encoded_text(call: Arguments) -> bool:
    """`hmac.new(key, message.encode())`."""
    found = call.get(1, "msg")
    return found is not None and (found.is_encoded_text() or found.is_small())


def from_memory(call: Arguments) -> bool:
    """`zipfile.ZipFile(io.BytesIO(data))`: nothing is read from disk."""
    first = call.positional[0] if call.positional else None
    given = (first, call.keywords.get("fileobj"), call.keywords.get("file"), call.keywords.get("fp"))
    return any(found is not None and found.type_path in MEMORY_TYPES for found in given)


def second_from_memory(call: Arguments) -> bool:
    """`json.dump(value, io.StringIO())`."""
    found = call.get(1, "fp") or call.get(1, "file") or call.get(1, "f")
    return found is not None and found.type_path in MEMORY_TYPES
