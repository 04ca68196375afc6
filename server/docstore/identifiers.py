"""Names that the service gives: unique, sortable by time, saying what they name."""

from __future__ import annotations

import secrets
import time


def new_id(prefix: str) -> str:
    """`prefix_` + 48 bits of milliseconds + 80 random bits, hexadecimal: later ids sort later."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
