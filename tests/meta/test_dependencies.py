"""A pre-commit user installs the auditor alone: small, and in need of nothing that it does not declare."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import Distribution, distribution
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from tests.meta.repository import ROOT, list_python, read, read_dependencies

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.needs("git")

ALLOWED_BYTES = 15_000_000
BASE = {"click", "msgspec", "pathspec"}
EXTRAS = {"runtime", "aiomonitor", "fix", "server", "distributed", "dev"}


def collect_closure(names: set[str]) -> dict[str, Distribution]:
    """The named distributions and all that they require without an extra, as installed here."""
    found: dict[str, Distribution] = {}
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = distribution(name)
        required = (Requirement(line) for line in found[name].requires or ())
        waiting += [each.name for each in required if not each.marker or each.marker.evaluate({"extra": ""})]
    return found


def measure_bytes(installed: Distribution) -> int:
    """Bytes on disk after pip: the files, and for each module a compiled one of about its own size."""
    files = [path for path in installed.files or () if path.suffix != ".pyc"]
    assert files, f"{installed.name} does not say which files it has"
    return sum(
        path.locate().stat().st_size * (2 if path.suffix == ".py" else 1)  # type: ignore[attr-defined]  # a SimplePath is a Path here
        for path in files
        if path.locate().is_file()  # type: ignore[attr-defined]  # as above
    )


def find_imports(path: str) -> Iterator[str]:
    """Top-level names of the packages that a file imports absolutely, at any depth of its code."""
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def test_the_bare_install_stays_small() -> None:
    base, _ = read_dependencies()
    sizes = {
        name: measure_bytes(each)
        for name, each in collect_closure({Requirement(b).name for b in base}).items()
    }
    own = (path for package in ("audit/loopaudit", "server/docstore") for path in (ROOT / package).rglob("*"))
    sizes["loopaudit"] = sum(
        path.stat().st_size for path in own if path.is_file()
    )  # compiled files are there too
    assert sum(sizes.values()) < ALLOWED_BYTES, sizes


def test_base_and_extras_are_the_decided_ones() -> None:
    base, extras = read_dependencies()
    assert {Requirement(line).name for line in base} == BASE
    assert set(extras) == EXTRAS


def test_the_auditor_imports_nothing_beyond_its_base() -> None:
    allowed = BASE | {"loopaudit"} | set(sys.stdlib_module_names)
    beyond = [
        f"{path}: {name}"
        for path in list_python("audit")
        if not path.startswith("audit/loopaudit/runtime/")
        for name in find_imports(path)
        if name not in allowed
    ]
    assert beyond == []
