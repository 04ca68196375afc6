"""Where the interpreter keeps its own locks: a futex there is the GIL, a futex elsewhere is somebody's lock.

The GIL's mutex and condition live inside `_PyRuntime`, a static of the interpreter's image; locks made by
Python code live on the heap. So the test is whether the address lies in the image's own data. (Later
versions park ordinary locks on stacks, which is not the image either.)
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

MAPS = Path("/proc/self/maps")


def is_interpreter_address(address: int) -> bool:
    """Whether the address is in the interpreter's static data; False where that cannot be known."""
    low, high = _find_static_data()
    return low <= address < high


@cache
def _find_static_data() -> tuple[int, int]:
    try:
        runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
        return find_image(MAPS.read_text(), runtime)
    except (OSError, ValueError):
        return (0, 0)


def find_image(maps: str, address: int) -> tuple[int, int]:
    """The writable data around an address: its mapping, grown over adjacent mappings of the file and its bss.

    The heap and other named mappings end it. (0, 0) if no mapping holds the address.
    """
    rows = [_parse_row(line) for line in maps.splitlines() if line.strip()]
    for index, (low, high, _name) in enumerate(rows):
        if low <= address < high:
            end = high
            for next_low, next_high, next_name in rows[index + 1 :]:
                if next_low != end or next_name:
                    break
                end = next_high
            return (low, end)
    return (0, 0)


def _parse_row(line: str) -> tuple[int, int, str]:
    words = line.split(maxsplit=5)
    low, _, high = words[0].partition("-")
    return int(low, 16), int(high, 16), words[5].strip() if len(words) > 5 else ""
