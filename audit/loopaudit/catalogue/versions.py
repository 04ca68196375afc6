"""For which versions of its library a row holds, and the newest version that a requirement allows.

A version is a point on a line: its release numbers, and whether it stands exactly there or just below (what
`<3` allows at most; a pre-release of 3). Of a project only one point counts, the newest it allows: that is
what its next installation gets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Point = tuple[tuple[float, ...], int]
"""Release numbers without trailing zeros, and 0, or -1 for just below."""

NEWEST: Point = ((float("inf"),), 0)
OLDEST: Point = ((), -1)
_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?P<rest>[^;#]*)")
_CLAUSE = re.compile(r"(?P<sign>===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*v?(?P<version>\d[^\s,|)]*|\*)")
_VERSION = re.compile(r"(?:\d+!)?(?P<release>\d+(?:\.\d+)*)(?P<rest>.*)")
_AFTER = re.compile(r"\.\*|[.-]?post\d*|[.-]?r(?:ev)?\d+|\+|-\d", re.IGNORECASE)


class VersionError(ValueError):
    """What a row says about versions cannot be read."""


def split_requirement(text: str) -> tuple[str, str]:
    """The normalised name and the clauses of `Name[extra] (>=1,<2) ; marker`; ("", "") of anything else."""
    found = _REQUIREMENT.match(text)
    if found is None:
        return "", ""
    rest = found["rest"].strip()
    return normalised(found["name"]), "" if rest.startswith("@") else rest.strip("()")


def normalised(name: str) -> str:
    """The one spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def newest_allowed(clauses: str) -> Point:
    """The newest version that `>=1.2,<2`, `~=1.4`, `^1.2`, `==1.*` or `1.2.3 || 2.0` allows."""
    return max((_newest_of_all(part) for part in clauses.split("||")), default=NEWEST)


def _newest_of_all(clauses: str) -> Point:
    found = [_upper(each["sign"] or "==", each["version"]) for each in _CLAUSE.finditer(clauses)]
    return min(found, default=NEWEST)


def _upper(sign: str, version: str) -> Point:
    release, is_exact = _release(version)
    if not release or sign in {">", ">=", "!="}:
        return NEWEST
    match sign:
        case "<":
            return _point(release, -1)
        case "~=":
            return _point(_bumped(release, max(len(release) - 2, 0)), -1)
        case "^":
            first = next((at for at, number in enumerate(release) if number), len(release) - 1)
            return _point(_bumped(release, first), -1)
        case "~":
            return _point(_bumped(release, min(1, len(release) - 1)), -1)
        case _ if "*" in version:
            return _point(_bumped(release, len(release) - 1), -1)
        case _:
            return _point(release, 0 if is_exact else -1)


def _release(version: str) -> tuple[tuple[int, ...], bool]:
    """The release numbers, and whether nothing follows them that makes it a pre-release."""
    found = _VERSION.match(version)
    if found is None:
        return (), True
    numbers = tuple(int(part) for part in found["release"].split("."))
    return numbers, not found["rest"] or _AFTER.match(found["rest"]) is not None


def _bumped(release: tuple[int, ...], at: int) -> tuple[int, ...]:
    return (*release[:at], release[at] + 1)


def _point(release: tuple[int, ...], side: int) -> Point:
    numbers = [float(number) for number in release]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), side


def check_versions(condition: str) -> None:
    """Raise `VersionError` unless the condition reads `name>=1.2,<3`."""
    name, clauses = split_requirement(condition)
    parts = [part.strip() for part in clauses.split(",")]
    if not name or not all(re.fullmatch(r"(<|>=)\s*\d+(\.\d+)*", part) for part in parts):
        message = f"'{condition}' is no condition; write the library and bounds, as in 'name>=1.2,<3'"
        raise VersionError(message)


def holds(condition: str, project: Mapping[str, Point]) -> bool:
    """Whether a row with this condition is true of the project; of a library it does not name, the newest
    version counts."""
    if not condition:
        return True
    name, clauses = split_requirement(condition)
    used = project.get(name, NEWEST)
    for each in _CLAUSE.finditer(clauses):
        bound = _point(_release(each["version"])[0], 0)
        if (used < bound) if each["sign"] == ">=" else (used >= bound):
            return False
    return True
