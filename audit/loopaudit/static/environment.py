"""The environment of a project: in which folders its libraries lie, told by looking; no Python is started.

A virtual environment, a conda prefix and a system prefix look alike: `lib/pythonX.Y/site-packages` (Windows:
`Lib/site-packages`) below a prefix, with `pyvenv.cfg` to say what else counts. Lines of `.pth` files that are
plain paths (editable installs) count too; lines that are code are not run: what they would add is not seen.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_TEXT_BYTES = 100_000
"""Of a `.pth` file or a `pyvenv.cfg`: what is larger is something else."""
MOST_ADDED_FOLDERS = 500
_VERSIONED = re.compile(r"(?:python|pypy)(\d+)\.(\d+)")
_WORDS = re.compile(r"\s*([-\w]+)\s*=\s*(.*?)\s*")
_FOLDERS = (
    "lib/*/site-packages",
    "lib64/*/site-packages",
    "Lib/site-packages",
    "lib/*/dist-packages",
    "local/lib/*/dist-packages",
)
_SUGGESTED = (".venv", "venv", "env", ".env")


class NoEnvironmentError(Exception):
    """A path that is no Python environment, in one sentence with what to write instead."""


class Environment(msgspec.Struct, frozen=True):
    """prefix: the folder it was found by. folders: where imports are looked up, in this order.
    site_folders: those of them that installers write to; the others were added by `.pth` files."""

    prefix: str
    folders: tuple[str, ...]
    site_folders: tuple[str, ...]


def find_environment(path: Path) -> Environment:
    """The environment at `path`, a prefix or a python executable inside one. Raises NoEnvironmentError."""
    for prefix, version in _prefixes(path):
        config = _read_config(prefix / "pyvenv.cfg")
        wanted = version or _version(config.get("version", config.get("version_info", "")))
        own = _site_folders(prefix, wanted)
        if own:
            inherited = _inherited(config, wanted)
            sites = tuple(dict.fromkeys([*own, *inherited]))
            added = dict.fromkeys(folder for site in sites for folder in _added_folders(site))
            return Environment(str(prefix), tuple(dict.fromkeys([*sites, *added])), sites)
    raise NoEnvironmentError(_explain(path))


def _prefixes(path: Path) -> Iterator[tuple[Path, tuple[int, int] | None]]:
    """The folders that may be the prefix, and the version that the executable's name tells. The python of a
    virtual environment is a link to another one: where it leads is looked at last."""
    if path.is_dir():
        yield path, None
        return
    if path.is_file():
        for python in dict.fromkeys((path, path.resolve())):
            yield python.parent.parent, _version(python.name)
            yield python.parent, _version(python.name)  # Windows, outside of virtual environments


def _version(text: str) -> tuple[int, int] | None:
    found = _VERSIONED.match(text) or re.match(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def _read_config(path: Path) -> dict[str, str]:
    """The `key = value` lines of a `pyvenv.cfg`; empty where there is none."""
    matches = (_WORDS.fullmatch(line) for line in _read_text(path).splitlines())
    return {found[1].lower(): found[2] for found in matches if found}


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_TEXT_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _site_folders(prefix: Path, wanted: tuple[int, int] | None) -> list[str]:
    """The site folders below a prefix: of several versions the wanted one, else the newest."""
    found: dict[str, tuple[int, int] | None] = {}
    for pattern in _FOLDERS:
        for folder in sorted(prefix.glob(pattern)):
            if folder.is_dir():
                found.setdefault(os.path.realpath(folder), _version(folder.parent.name))
    versions = [version for version in found.values() if version is not None]
    chosen = wanted if wanted in versions else max(versions, default=None)
    return [folder for folder, version in found.items() if version in {chosen, None}]


def _inherited(config: dict[str, str], wanted: tuple[int, int] | None) -> list[str]:
    """The site folders of the python that a virtual environment was made from, where it lets them in."""
    home = config.get("home", "")
    if config.get("include-system-site-packages", "").lower() != "true" or not home:
        return []
    return _site_folders(Path(home).parent, wanted) or _site_folders(Path(home), wanted)


def _added_folders(site: str) -> Iterator[str]:
    """What the `.pth` files of a site folder add, as far as it is said in plain paths."""
    lines = (line for file in sorted(Path(site).glob("*.pth")) for line in _read_text(file).splitlines())
    plain = (line.rstrip() for line in lines if not line.startswith(("#", "import ", "import\t")))
    for line in [line for line in plain if line and "\0" not in line][:MOST_ADDED_FOLDERS]:
        folder = os.path.join(site, line)  # noqa: PTH118 - strings: they are compared and kept
        if os.path.isdir(folder):  # noqa: PTH112
            yield os.path.realpath(folder)


def _explain(path: Path) -> str:
    example = "the folder of a virtual environment (.venv), or the python inside it (.venv/bin/python)"
    if not path.exists():
        return f"there is no {path}; name {example}."
    inner = next((path / name for name in _SUGGESTED if (path / name / "pyvenv.cfg").is_file()), None)
    if inner is not None:
        return f"{path} is no Python environment, but holds one: did you mean {inner}?"
    if path.is_file():
        return f"{path} is no python inside an environment: no site-packages belong to it. Name {example}."
    return f"{path} is no Python environment: it has no lib/pythonX.Y/site-packages. Name {example}."
