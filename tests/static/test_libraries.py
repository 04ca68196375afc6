"""Library files on demand: what is installed, bounds, and the cache that projects share."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from loopaudit.static.distributions import installed, owners, state_of
from loopaudit.static.environment import find_environment
from loopaudit.static.libraries import Bounds, Libraries, Seen, are_unchanged
from loopaudit.static.store import MOST_LIBRARIES, drop_old_library_stores

if TYPE_CHECKING:
    from pathlib import Path

    from loopaudit.static.workers import Facts

LONG_AGO = 1_600_000_000


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "loopaudit" / "libraries"


def install(env: Path, name: str, version: str, **modules: str) -> Path:
    """A distribution of single modules in the environment `env`."""
    site = env / "lib" / "python3.12" / "site-packages"
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    record = ""
    for module, source in modules.items():
        path = site / f"{module}.py"
        path.write_text(source)
        os.utime(path, (LONG_AGO, LONG_AGO))
        record += f"{module}.py,sha256={abs(hash(source))},{len(source)}\n"
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nAbout: it\n")
    (info / "RECORD").write_text(f"{record}{name}-{version}.dist-info/METADATA,,\n")
    return env


def read(libraries: Libraries, name: str) -> Facts | None:
    """The facts of the module that holds `name.f`."""
    ((file, _),) = libraries.candidates(f"{name}.f")
    return libraries.read(file)


def open_env(env: Path, **bounds: float) -> Libraries:
    return Libraries(find_environment(env), bounds=Bounds(**bounds))  # type: ignore[arg-type] # whole numbers


def test_names_and_versions_come_from_the_metadata(tmp_path: Path) -> None:
    env = install(tmp_path / "env", "some_lib", "1.0", somelib="x = 1\n")
    install(env, "other", "2.1", other="y = 2\n")
    found = installed(find_environment(env).site_folders)
    assert [(each.name, each.version) for each in found] == [("other", "2.1"), ("some_lib", "1.0")]
    assert {path.rpartition(os.sep)[2]: each.name for path, each in owners(found).items()} == {
        "somelib.py": "some_lib",
        "other.py": "other",
    }


def test_metadata_that_cannot_be_read_leaves_what_the_folder_says(tmp_path: Path) -> None:
    env = install(tmp_path / "env", "lib", "1.0", lib="x = 1\n")
    info = env / "lib/python3.12/site-packages/lib-1.0.dist-info"
    (info / "METADATA").write_bytes(b"\xff\xfe\x00")
    (info / "RECORD").unlink()
    (found,) = installed(find_environment(env).site_folders)
    assert (found.name, found.version) == ("lib", "1.0")
    assert not owners([found])


def test_the_state_changes_with_what_is_installed(tmp_path: Path) -> None:
    def state(env: Path) -> bytes:
        environment = find_environment(env)
        return state_of(installed(environment.site_folders), environment.folders)

    env = install(tmp_path / "env", "lib", "1.0", lib="x = 1\n")
    states = {state(env), state(env)}
    assert len(states) == 1
    record = env / "lib/python3.12/site-packages/lib-1.0.dist-info/RECORD"
    record.write_text(record.read_text() + "lib.py,sha256=other,6\n")
    states.add(state(env))
    install(env, "second", "1.0", second="y = 1\n")
    states.add(state(env))
    (env / "lib/python3.12/site-packages/added.pth").write_text(f"{tmp_path}\n")
    states.add(state(env))
    assert len(states) == 4


def test_a_second_environment_reads_the_same_version_from_the_cache(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_env(install(tmp_path / "one", "lib", "1.0", lib="def f(): pass\n"))
    known = read(first, "lib")
    first.save()
    first.close()
    assert len(list(home.glob("*.facts"))) == 1
    monkeypatch.setattr("loopaudit.static.reading.read_all", lambda paths: pytest.fail(f"parsed {paths}"))
    second = open_env(install(tmp_path / "two", "lib", "1.0", lib="def f(): pass\n"))
    found = read(second, "lib")
    assert known is not None
    assert found is not None
    assert found.module == known.module


def test_two_versions_are_kept_apart(tmp_path: Path, home: Path) -> None:
    for version, source in (("1.0", "def f(): pass\n"), ("2.0", "def g(): pass\n")):
        libraries = open_env(install(tmp_path / version, "lib", version, lib=source))
        facts = read(libraries, "lib")
        libraries.save()
        assert facts is not None
        assert facts.module.functions[1].name == source[4]
    assert len(list(home.glob("*.facts"))) == 2


def test_names_of_distributions_are_no_paths(tmp_path: Path, home: Path) -> None:
    env = install(tmp_path / "env", "lib", "1.0", lib="x = 1\n")
    info = env / "lib/python3.12/site-packages/lib-1.0.dist-info"
    (info / "METADATA").write_text("Name: ../../../escaped\nVersion: /etc\n")
    libraries = open_env(env)
    read(libraries, "lib")
    libraries.save()
    assert [path.parent for path in tmp_path.rglob("*.facts")] == [home]


def test_without_a_cache_nothing_is_written(tmp_path: Path, home: Path) -> None:
    env = install(tmp_path / "env", "lib", "1.0", lib="x = 1\n")
    libraries = Libraries(find_environment(env), is_cached=False)
    assert read(libraries, "lib") is not None
    libraries.save()
    assert not home.exists()


def test_a_file_of_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    env = install(tmp_path / "env", "lib", "1.0", lib="x = 1\n" * 1_700_000, small="y = 1\n")
    libraries = open_env(env)
    assert read(libraries, "lib") is None
    assert read(libraries, "small") is not None
    assert not libraries.note


@pytest.mark.parametrize("bounds", [{"files": 1}, {"source_bytes": 8}])
def test_past_its_bounds_nothing_more_is_read_and_somebody_is_told(
    tmp_path: Path, bounds: dict[str, float]
) -> None:
    libraries = open_env(install(tmp_path / "env", "lib", "1.0", a="x = 1\n", b="y = 1\n"), **bounds)
    assert read(libraries, "a") is not None
    assert read(libraries, "b") is None
    assert "larger" in libraries.note
    assert libraries.is_complete


def test_a_run_that_took_too_long_is_not_complete(tmp_path: Path) -> None:
    env = install(tmp_path / "env", "lib", "1.0", a="x = 1\n", b="y = 1\n", c="z = 1\n")
    ticks = iter(range(0, 1000, 40))
    libraries = Libraries(find_environment(env), clock=lambda: float(next(ticks)))
    steps = [(read(libraries, name) is not None, libraries.is_complete) for name in "abc"]
    assert steps == [(True, True), (True, False), (False, False)]
    assert "60 s" in libraries.note


def test_a_broken_file_has_no_functions_and_is_no_error(tmp_path: Path) -> None:
    facts = read(open_env(install(tmp_path / "env", "lib", "1.0", lib="def f(:\n")), "lib")
    assert facts is not None
    assert not facts.module.functions


def test_what_was_seen_is_known_to_have_changed(tmp_path: Path) -> None:
    env = install(tmp_path / "env", "lib", "1.0", lib="x = 1\n")
    libraries = open_env(env)
    read(libraries, "lib")
    assert len(libraries.seen) == 1
    assert are_unchanged(libraries.seen)
    os.utime(libraries.seen[0].path, (LONG_AGO, LONG_AGO + 1))
    assert not are_unchanged(libraries.seen)
    shutil.rmtree(env)
    assert not are_unchanged([Seen(libraries.seen[0].path, 6, LONG_AGO)])


def test_versions_that_nobody_uses_any_more_are_dropped(tmp_path: Path, home: Path) -> None:
    home.mkdir(parents=True)
    for number in range(MOST_LIBRARIES + 3):
        path = home / f"{number}.facts"
        path.touch()
        os.utime(path, (LONG_AGO + number, LONG_AGO + number))
    drop_old_library_stores()
    left = {path.stem for path in home.glob("*.facts")}
    assert len(left) == MOST_LIBRARIES
    assert not left & {"0", "1", "2"}
