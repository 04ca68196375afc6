"""Which code is the user's own: neither the standard library, nor installed packages, nor ourselves.

A service installed into its own image lives in site-packages; the package of the endpoint that was running
counts as own, and so do the packages named in the settings.
"""

from __future__ import annotations

import functools
import sysconfig
from pathlib import Path

OURSELVES = str(Path(__file__).parent)
LIBRARIES = tuple(
    dict.fromkeys(
        str(Path(path))
        for path in (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
        if path
    )
)


@functools.lru_cache(maxsize=4096)
def is_own_file(filename: str) -> bool:
    """Whether this file is the user's. Generated code (`<string>`, `<frozen ...>`) is not."""
    if filename.startswith("<"):
        return False
    if filename.startswith(OURSELVES):
        return False
    if "site-packages" in filename or "dist-packages" in filename:
        return False
    return not any(filename.startswith(library + "/") for library in LIBRARIES)


def is_own(filename: str, module: str, packages: frozenset[str]) -> bool:
    """Whether a frame of this file and module is the user's own."""
    if is_own_file(filename):
        return True
    return bool(packages) and module.partition(".")[0] in packages and not filename.startswith(OURSELVES)
