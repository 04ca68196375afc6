"""Fetch a published package by name and version, and lay its source out to be read."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.audit.measure import BenchError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Package:
    """A package's Python source, unpacked. The source is read, never imported or installed."""

    requirement: str
    folder: Path
    files: int
    lines: int
    largest: Path


def fetch_package(requirement: str, out: Path) -> Package:
    """Download `name==version` once, unpack it afresh, count its lines (which also fills the page cache)."""
    wheel = download_wheel(requirement, out / "downloads" / requirement.replace("==", "-"))
    folder = out / "packages" / requirement.replace("==", "-")
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # extractall takes out absolute and climbing names
    # A project of its own: no tool may take the configuration, or the cache folder, of this repository.
    (folder / "pyproject.toml").touch()
    sizes = {path: path.read_bytes().count(b"\n") for path in sorted(folder.rglob("*.py"))}
    if not sizes:
        raise BenchError(f"{requirement} has no Python source in its wheel")
    return Package(
        requirement, folder, len(sizes), sum(sizes.values()), max(sizes, key=lambda path: sizes[path])
    )


def download_wheel(requirement: str, folder: Path) -> Path:
    """The wheel, kept from last time or fetched; not the source archive, whose build code pip would run."""
    found = sorted(folder.glob("*.whl"))
    if not found:
        print(f"downloading {requirement}", flush=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--only-binary", ":all:", "--dest", str(folder), requirement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"pip cannot download {requirement}: {last_error(done.stderr)}")
        found = sorted(folder.glob("*.whl"))
    return found[0]


def last_error(stderr: str) -> str:
    """The last line of pip's that says what is wrong."""
    errors = (
        [line for line in stderr.splitlines() if line.startswith("ERROR")] or stderr.splitlines() or ["?"]
    )
    return errors[-1].removeprefix("ERROR: ")
