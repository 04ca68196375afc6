"""`[tool.loopaudit]` and the command line, read into one frozen `Options` value.

The nearest `pyproject.toml` at or above the working directory that has the table counts; its paths are
relative to it. What the command line says replaces what the file says; `ignore` alone adds up.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from loopaudit.findings import CONFIDENCES, SEVERITIES, Finding
from loopaudit.rules.selection import UnknownCodeError, choose_codes
from loopaudit.static.environment import Environment, NoEnvironmentError, find_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHE_DIRECTORY = ".loopaudit_cache"


class ConfigurationError(Exception):
    """What the user wrote cannot be followed; the message names where, which key, and what to write."""


@dataclass(frozen=True)
class Options:
    """What one run was asked to do.

    directory: the working directory; the paths of findings are relative to it. paths: what to audit,
    absolute. exclude: gitignore patterns besides those of `.gitignore`. select: codes of the rules that
    run. per_file_ignores: (pattern, codes). confidence: the weakest that is shown. cache_directory: None
    keeps no cache. jobs: worker processes, 0 = one a core. rows: TOML files of the user's own catalogue
    rows. catalogue: rows that stand in the configuration itself. environment: whose libraries are read too.
    fail_on: the mildest severity that ends in exit code 1.
    """

    directory: Path
    paths: tuple[Path, ...]
    select: frozenset[str]
    exclude: tuple[str, ...] = ()
    rows: tuple[Path, ...] = ()
    catalogue: Mapping[str, object] = field(default_factory=dict)
    environment: Environment | None = None
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    include_tests: bool = False
    confidence: str = "likely"
    cache_directory: Path | None = None
    jobs: int = 0
    show_unresolved: bool = False
    show_suppressed: bool = False
    fail_on: str = "info"
    exit_zero: bool = False
    output_format: str = "text"

    def keeps(self, finding: Finding) -> bool:
        """Whether confidence and per-file ignores let the finding through."""
        if CONFIDENCES.index(finding.confidence) > CONFIDENCES.index(self.confidence):
            return False
        return not any(
            finding.rule in codes and fnmatch(finding.path, pattern)
            for pattern, codes in self.per_file_ignores
        )

    def fails_on(self, finding: Finding) -> bool:
        """Whether the finding makes the exit code 1."""
        return not finding.suppressed and SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.fail_on)


class Asked(msgspec.Struct, frozen=True, rename="kebab"):
    """What the file or the command line said, word for word; None is "not said". In files: kebab-case."""

    paths: tuple[str, ...] | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    rows: tuple[str, ...] | None = None
    catalogue: dict[str, object] | None = None
    python: str | None = None
    per_file_ignores: dict[str, tuple[str, ...]] | None = None
    include_tests: bool | None = None
    confidence: Literal["certain", "likely", "possible"] | None = None
    cache: bool | None = None
    cache_dir: str | None = None
    jobs: int | None = None
    show_unresolved: bool | None = None
    show_suppressed: bool | None = None
    fail_on: Literal["error", "warning", "info"] | None = None
    exit_zero: bool | None = None
    output_format: Literal["text", "json"] | None = None


_WANTED = {
    "catalogue": "a table, written like a file of rows",
    "per-file-ignores": 'a table of lists, such as { "scripts/*" = ["LA101"] }',
    "confidence": "one of certain, likely, possible",
    "fail-on": "one of error, warning, info",
    "output-format": "one of text, json",
    "cache-dir": "a string: the folder",
    "python": "a string: the folder of a virtual environment, or the python inside it",
    "jobs": "a whole number: 0 is one a core",
    **dict.fromkeys(
        ("include-tests", "cache", "show-unresolved", "show-suppressed", "exit-zero"), "true or false"
    ),
}
"""What each key that is not a list of strings holds."""

_PATH_KEYS = ("paths", "rows")


def load_options(directory: Path, told: Asked, config: Path | None = None) -> Options:
    """Join the command line with the file found from `directory` (or given); ConfigurationError."""
    file = config or _find_file(directory)
    if file is None:
        return make_options(directory, told)
    table = _read_tables(file).get("loopaudit", {})
    written = _anchored(parse_table(table, f"{file}: [tool.loopaudit]"), file.parent.resolve())
    return make_options(directory, told, written, f"{file}: [tool.loopaudit]")


def parse_table(table: object, source: str) -> Asked:
    """Check one table key by key; `source` is what an error calls it."""
    known = Asked.__struct_encode_fields__
    for key in table if isinstance(table, dict) else ():
        if key not in known:
            near = get_close_matches(str(key).replace("_", "-"), known, n=1)
            cure = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(known))}."
            raise ConfigurationError(f"{source}: unknown key `{key}`; {cure}")
    try:
        return msgspec.convert(table, Asked)
    except msgspec.ValidationError as problem:
        key = str(problem).partition("`$.")[2].split("`")[0].split("[")[0]
        wanted = _WANTED.get(key, 'a list of strings, such as ["..."]')
        raise ConfigurationError(f"{source}: `{key}` must be {wanted}.") from None


def make_options(
    directory: Path, told: Asked, written: Asked | None = None, source: str = "[tool.loopaudit]"
) -> Options:
    """Fill in the defaults and check what only the whole can tell: codes and paths."""
    directory = directory.resolve()
    told, written = _anchored(told, directory), _anchored(written or Asked(), directory)
    _check_paths(told, "")
    _check_paths(written, f"{source}: ")
    asked = msgspec.structs.replace(written, **_said(told))
    return Options(
        directory=directory,
        paths=tuple(map(Path, asked.paths or (directory,))),
        select=_chosen(told, written, source),
        exclude=asked.exclude or (),
        rows=tuple(map(Path, asked.rows or ())),
        catalogue=asked.catalogue or {},
        environment=_environment(told, "") or _environment(written, f"{source}: "),
        per_file_ignores=tuple(
            (pattern, _codes(codes, source, "per-file-ignores"))
            for pattern, codes in (asked.per_file_ignores or {}).items()
        ),
        cache_directory=None if asked.cache is False else directory / (asked.cache_dir or CACHE_DIRECTORY),
        include_tests=asked.include_tests or False,
        confidence=asked.confidence or "likely",
        jobs=asked.jobs or 0,
        show_unresolved=asked.show_unresolved or False,
        show_suppressed=asked.show_suppressed or False,
        fail_on=asked.fail_on or "info",
        exit_zero=asked.exit_zero or False,
        output_format=asked.output_format or "text",
    )


def _environment(asked: Asked, prefix: str) -> Environment | None:
    if asked.python is None:
        return None
    try:
        return find_environment(Path(asked.python))
    except NoEnvironmentError as problem:
        raise ConfigurationError(f"{prefix}`python`: {problem}") from None


def _said(asked: Asked) -> dict[str, object]:
    """The keys that were said, with their values."""
    return {key: value for key in Asked.__struct_fields__ if (value := getattr(asked, key)) is not None}


def _chosen(told: Asked, written: Asked, source: str) -> frozenset[str]:
    """A code named in full by `--select` is stronger than the file's `ignore`: it was asked for just now."""
    if told.select is None:
        selected = _codes(written.select, source, "select")
    else:
        selected = _codes(told.select, "the command line", "--select")
    left_out = _codes(written.ignore or (), source, "ignore") - frozenset(told.select or ())
    return selected - left_out - _codes(told.ignore or (), "the command line", "--ignore")


def _codes(patterns: tuple[str, ...] | None, source: str, key: str) -> frozenset[str]:
    try:
        return choose_codes(patterns)
    except UnknownCodeError as problem:
        raise ConfigurationError(f"{source}: `{key}`: {problem}") from None


def _check_paths(asked: Asked, prefix: str) -> None:
    for key in _PATH_KEYS:
        for path in getattr(asked, key) or ():
            if not Path(path).exists():
                raise ConfigurationError(f"{prefix}`{key}`: there is no file or folder {path}.")


def _anchored(asked: Asked, directory: Path) -> Asked:
    """Make its paths absolute; they are relative to `directory`."""
    changed = {
        key: tuple(str(directory / path) for path in getattr(asked, key))
        for key in _PATH_KEYS
        if getattr(asked, key) is not None
    }
    for key in ("cache_dir", "python"):
        if getattr(asked, key) is not None:
            asked = msgspec.structs.replace(asked, **{key: str(directory / getattr(asked, key))})
    return msgspec.structs.replace(asked, **changed)


def _find_file(directory: Path) -> Path | None:
    for folder in (directory.resolve(), *directory.resolve().parents):
        file = folder / "pyproject.toml"
        if file.is_file() and "loopaudit" in _read_tables(file):
            return file
    return None


def _read_tables(file: Path) -> dict[str, object]:
    """The `[tool]` tables of a TOML file."""
    try:
        content: dict[str, object] = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationError(f"{file}: not valid TOML: {_lower(str(problem))}.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"{file}: cannot be read: {problem}.") from None
    tool = content.get("tool", {})
    return tool if isinstance(tool, dict) else {}


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
