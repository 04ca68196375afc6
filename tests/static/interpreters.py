"""Newer interpreters than the one that runs the tests, where the machine has some."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NEWER = tuple(f"3.{minor}" for minor in range(sys.version_info.minor + 1, 17))


@cache
def find_interpreter(version: str) -> str | None:
    """A program that runs this version ("3.13"), on PATH or among those that pyenv keeps."""
    kept = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    candidates = [shutil.which(f"python{version}"), *map(str, sorted(kept.glob(f"{version}.*/bin/python")))]
    return next((each for each in candidates if each is not None and _runs(each, version)), None)


def _runs(program: str, version: str) -> bool:
    """A shim on PATH may answer for a version that is not there."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        told = subprocess.run([program, "-I", "-c", ask], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.stdout.strip() == version
