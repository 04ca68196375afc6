"""The repository is laid out so that it installs anywhere, and nothing of one machine stands in it."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.meta.repository import list_python, list_tracked, read, read_text_files

pytestmark = pytest.mark.needs("git")

# Written so that this file does not match itself.
PACKAGE_HOSTS = re.compile(r"py(?:pi|thonhosted)\.(?:org)|registry\.np(?:m)|(?:deb|security)\.debia(?:n)")
MACHINE_PATHS = re.compile(r"/(?:work|root|Users)/|\.\./(?:shared)")
LOCK_FILES = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock"}


def find_lines(pattern: re.Pattern[str]) -> list[str]:
    """Every line of a tracked text file that matches, as path:line: text."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in read_text_files().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_host() -> None:
    assert find_lines(PACKAGE_HOSTS) == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    assert find_lines(MACHINE_PATHS) == []


@pytest.mark.parametrize(
    "text", ["https://pypi" + ".org/simple", "http://deb" + ".debian.org", "registry" + ".npmjs.org"]
)
def test_the_host_pattern_finds_what_it_is_for(text: str) -> None:
    assert PACKAGE_HOSTS.search(text)


@pytest.mark.parametrize(
    "text", ["/ro" + "ot/.venv/bin/python", "/wo" + "rk/main", "../sha" + "red/design.md"]
)
def test_the_path_pattern_finds_what_it_is_for(text: str) -> None:
    assert MACHINE_PATHS.search(text + "/x")


def test_no_lock_file_is_committed() -> None:
    assert [path for path in list_tracked() if path.rpartition("/")[2] in LOCK_FILES] == []


def test_audit_and_server_are_folders_and_not_packages() -> None:
    # A top-level package named `server` in someone's site-packages overwrites theirs.
    assert {"audit/__init__.py", "server/__init__.py"}.isdisjoint(list_tracked())


def test_every_module_says_what_it_is() -> None:
    silent = [
        path
        for path in list_tracked()
        if path.endswith(".py")
        and path.startswith(("audit/", "server/", "bench/"))
        and read(path).strip()
        and not read(path).lstrip().startswith(('"""', 'r"""', "#!"))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("contract", "package", "free"),
    [
        ("Layers of the auditor", "audit/loopaudit", {"loopaudit.runtime"}),
        ("Stages of the static half", "audit/loopaudit/static", set[str]()),
    ],
)
def test_every_part_has_its_layer(contract: str, package: str, free: set[str]) -> None:
    # import-linter checks only modules that a contract names: one that is left out may import anything.
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["name"] == contract)
    layered = {name.strip() for layer in layers for name in layer.split("|")}
    depth = package.count("/") + 1
    dotted = package.removeprefix("audit/").replace("/", ".")
    parts = {
        f"{dotted}.{path.split('/')[depth].removesuffix('.py')}"
        for path in list_python("audit")
        if path.startswith(f"{package}/")
    }
    assert parts - free - {f"{dotted}.__init__"} == layered
