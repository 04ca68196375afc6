"""Reads `.case` files into frozen values. The format is described in tests/cases/README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TITLE = re.compile(r"^-- title: (?P<title>.+?)(?P<xfail> -xfail)?$")
_SECTION = re.compile(
    r"^\[(?P<kind>file|deleted|options|chain|routes|roots|unparsed)"
    r"(?: (?P<path>[^\]]+?))?(?:\.(?P<step>[2-9]))?\]$"
)
_EXPECT = re.compile(r"#\s*expect(?:\.(?P<step>[1-9]))?:\s*(?P<all>.+)$")
_ONE = re.compile(
    r"^(?P<code>LA\d{3}) (?P<primitive>[\w.*\[\]<>]+)(?: via (?P<via>[^()]+?))?(?: \((?P<notes>[a-z, ]+)\))?$"
)


class MalformedCaseError(Exception):
    """A `.case` file that does not follow its own format."""


@dataclass(frozen=True, order=True)
class Expected:
    """One finding that must be there; `via` and `notes` (severity, confidence) count where they are given."""

    path: str
    line: int
    code: str
    primitive: str
    via: tuple[str, ...] = ()
    notes: frozenset[str] = frozenset()


@dataclass
class Step:
    """One audit: what is written, what is deleted before it, and what must come out."""

    written: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    chains: list[tuple[str, ...]] = field(default_factory=list)
    routes: list[str] | None = None
    roots: list[str] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)


@dataclass
class Case:
    """One small project with its expectations, step by step."""

    title: str
    line: int
    is_xfail: bool
    options: str = ""
    steps: dict[int, Step] = field(default_factory=lambda: {1: Step()})


def read_cases(path: Path) -> list[Case]:
    """Every case of a file, in order; MalformedCaseError names the line."""
    cases: list[Case] = []
    section: re.Match[str] | None = None
    lines: list[str] = []
    for number, line in enumerate(
        [*path.read_text(encoding="utf-8").split("\n"), "-- title: the end"], start=1
    ):
        title, opening = _TITLE.match(line), _SECTION.match(line)
        if not title and not opening:
            if cases and section is None and line.strip() and not line.startswith("#"):
                raise MalformedCaseError(f"{path}:{number}: neither a section nor inside one: {line!r}")
            lines.append(line)
            continue
        if section is not None:
            _add(cases[-1], section, lines)
        section, lines = opening, []
        if opening and not cases:
            raise MalformedCaseError(f"{path}:{number}: a section before the first `-- title:`")
        if title:
            cases.append(Case(title["title"], number, title["xfail"] is not None))
    return cases[:-1]


def _add(case: Case, section: re.Match[str], lines: list[str]) -> None:
    step = case.steps.setdefault(int(section["step"] or 1), Step())
    text = "\n".join(lines).strip("\n") + "\n"
    stated = [line.strip() for line in lines if line.strip()]
    match section["kind"]:
        case "file":
            step.written[section["path"]] = text
        case "deleted":
            step.deleted.append(section["path"])
        case "options":
            case.options = text
        case "chain":
            step.chains.append(tuple(stated))
        case "routes":
            step.routes = stated
        case "roots":
            step.roots = stated
        case "unparsed":
            step.unparsed = stated


def expected_in(path: str, text: str, step: int) -> Iterator[Expected]:
    """What the `# expect:` comments of one file ask for, and those marked for this step (`# expect.2:`)."""
    for number, line in enumerate(text.split("\n"), start=1):
        comment = _EXPECT.search(line)
        if comment is None or comment["step"] not in {None, str(step)}:
            continue
        for one in comment["all"].split(";"):
            said = _ONE.match(one.strip())
            if said is None:
                raise MalformedCaseError(f"{path}:{number}: not an expectation: {one.strip()!r}")
            yield Expected(
                path,
                number,
                said["code"],
                said["primitive"],
                tuple(hop.strip() for hop in (said["via"] or "").split("->") if hop.strip()),
                frozenset(note.strip() for note in (said["notes"] or "").split(",") if note.strip()),
            )
