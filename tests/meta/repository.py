"""What the meta-tests look at: the files that git tracks, and the project's own description of itself."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def list_tracked() -> tuple[str, ...]:
    """Every tracked file that still exists, as a POSIX path relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    return tuple(path for path in listing.stdout.split("\0") if path and (ROOT / path).is_file())


def list_python(*folders: str) -> tuple[str, ...]:
    """The tracked Python files below these top-level folders."""
    return tuple(
        path for path in list_tracked() if path.endswith(".py") and path.partition("/")[0] in folders
    )


def read(path: str) -> str:
    """The text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def read_text_files() -> dict[str, str]:
    """Every tracked file that is UTF-8 text, by path; pictures and the like are left out."""
    texts: dict[str, str] = {}
    for path in list_tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            texts[path] = content.decode("utf-8", "replace")
    return texts


def read_dependencies() -> tuple[list[str], dict[str, list[str]]]:
    """The base requirements and the extras of pyproject.toml."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    return project["dependencies"], project["optional-dependencies"]
