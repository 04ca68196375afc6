"""The tools that are timed: how each is installed, started, and whether it keeps a cache."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.audit.measure import BenchError
from bench.audit.package import last_error

PYTHONS = ("python3.14", "python3.13", "python3.12")


@dataclass(frozen=True)
class Tool:
    """One tool. arguments: `{files}` stands for every Python file, `{tree}` for the folder. caches: its cache
    folders, relative to the folder, or none. accepted: the exit codes of a run that did its work."""

    name: str
    requirement: str
    program: str
    arguments: tuple[str, ...]
    caches: tuple[str, ...] = ()
    accepted: frozenset[int] = frozenset({0, 1})


PEERS = (
    Tool(
        "ruff (ASYNC, file by file)",
        "ruff",
        "ruff",
        ("check", "--isolated", "--quiet", "--output-format=concise", "--select=ASYNC", "{tree}"),
        (".ruff_cache",),
    ),
    Tool("hydroid", "hydroid-cli", "hydroid", ("{tree}",), (".hydroid_cache",)),
    Tool("evloop-lint", "evloop-lint", "evloop-lint", ("{tree}",)),
    Tool("blockpath", "blockpath", "blockpath", ("check", "--no-config", "{tree}")),
    Tool("flake8-async", "flake8-async", "flake8-async", ("--asyncio", "{files}")),
)


def describe_loopaudit(user_cache: Path) -> Tool:
    """Our own auditor, as installed beside this interpreter."""
    arguments = ("check", "--exit-zero", "{tree}")
    return Tool(
        "loopaudit", "", "loopaudit", arguments, (".loopaudit_cache", str(user_cache)), frozenset({0})
    )


def locate(tool: Tool, out: Path) -> str:
    """The path of the program; a peer is installed into a throw-away environment of its own first."""
    if not tool.requirement:
        return str(Path(sys.executable).parent / tool.program)
    folder = out / "environments" / tool.requirement
    program = folder / "bin" / tool.program
    if not program.exists():
        install(tool, folder)
    return str(program)


def install(tool: Tool, folder: Path) -> None:
    """Make the environment; BenchError says why the tool cannot be had."""
    print(f"installing {tool.requirement}", flush=True)
    subprocess.run([find_newest_python(), "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, tool.requirement], capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder)
        raise BenchError(f"not installed: {last_error(done.stderr)}")


def find_newest_python() -> str:
    """Some peers want a newer Python than we do: the newest that starts, else this one."""
    for name in PYTHONS:
        try:
            started = subprocess.run([name, "-c", "import ensurepip"], capture_output=True, check=False)
        except FileNotFoundError:
            continue
        if started.returncode == 0:
            return name
    return sys.executable
