"""The environments in which libraries are looked at: what goes into each, and making them."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LIST = Path(__file__).with_name("distributions.toml")
FOLDER = Path(".venv-rows")
"""Below the working directory; `.gitignore` passes over `.venv*`."""

STANDARD = "standard library"
INSTALL_SECONDS = 900


@dataclass(frozen=True)
class Environment:
    """One environment: which module comes with which requirement. `setup`: code to run before a
    module is looked at. `is_quick`: made in CI too."""

    name: str
    requirements: Mapping[str, str]
    setup: Mapping[str, str]
    is_quick: bool = True

    def narrowed(self, modules: Collection[str]) -> Environment:
        """One with no more than these modules need: who asks about one library waits for one."""
        if self.name == STANDARD:
            return self
        needed = {module: self.requirements[module] for module in sorted(modules)}
        return replace(self, name=f"{self.name}-{'-'.join(needed)}"[:60], requirements=needed)

    def module_of(self, name: str) -> str:
        """What a dotted name is asked about with: its module, the standard library, or "" (not here)."""
        found = longest_prefix(name, self.requirements)
        return STANDARD if found and self.name == STANDARD else found


@dataclass(frozen=True)
class Plan:
    """What the file says. unproven: name -> why nothing proves what stands there and below; elsewhere: name
    -> the systems that have it; since: name -> the Python version that brought it."""

    environments: tuple[Environment, ...]
    unproven: Mapping[str, str]
    elsewhere: Mapping[str, str]
    since: Mapping[str, str]

    def library_of(self, name: str) -> str:
        """How the report calls what a dotted name belongs to."""
        found = (environment.module_of(name) for environment in self.environments)
        return next((module for module in found if module), name.partition(".")[0])


def longest_prefix(name: str, known: Collection[str]) -> str:
    """The name itself, or the nearest thing above it, that `known` has; else "". `acme_*` knows every module
    whose name begins so."""
    top = name.partition(".")[0]
    while name and name not in known:
        name = name.rpartition(".")[0]
    families = (each for each in known if each.endswith("*") and top.startswith(each[:-1]))
    return name or next(families, "")


def read_plan(path: Path = LIST) -> Plan:
    """The file's environments behind that of the running interpreter, which has the standard library."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    standard = dict.fromkeys([*sys.stdlib_module_names, *dir(builtins)], "")
    setup = document["setup"]
    environments = [Environment(STANDARD, standard, setup)]
    environments += [
        Environment(name, table["modules"], setup, table["quick"])
        for name, table in document["environment"].items()
    ]
    names = document["names"]
    return Plan(tuple(environments), names["unproven"], names["elsewhere"], names["since"])


def make_environment(environment: Environment) -> Path:
    """Its interpreter; made when it is missing or when what belongs in it has changed. Wheels only: no build
    runs, which bounds the time. Raises CalledProcessError with what pip said."""
    if environment.name == STANDARD:
        return Path(sys.executable)
    wanted = sorted(set(environment.requirements.values()))
    digest = blake2b("\n".join([sys.version, *wanted]).encode(), digest_size=8).hexdigest()
    folder = FOLDER / environment.name
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp = folder / "made-from"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return python
    venv.create(folder, clear=True, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-compile"]
    subprocess.run(
        [*pip, "--only-binary", ":all:", *wanted],
        check=True,
        timeout=INSTALL_SECONDS,
        stderr=subprocess.PIPE,
        text=True,
    )
    stamp.write_text(digest, encoding="utf-8")
    return python
