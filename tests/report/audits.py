"""A hand-made audit of the reported service, with its source on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from loopaudit.findings import Audit, Endpoint, Finding, Root, Stats, Unparsed
from loopaudit.rules import judge
from loopaudit.rules.selection import choose_codes
from loopaudit.static.observations import Observations

from tests.rules.observed import UPLOAD, make_call, make_primitive

if TYPE_CHECKING:
    from pathlib import Path

HEALTH = Endpoint("endpoint", "GET", "/health", "api.health", "api.py", 20, is_async=False, runs="pool")
POST = Endpoint(
    "endpoint", UPLOAD.method, UPLOAD.route, UPLOAD.function, "api.py", 7, is_async=True, runs="loop"
)
STATS = Stats(files=2, lines=1345, functions=8, calls=40, unresolved_on_loop=1, seconds=0.25)

SOURCE = """\
import storage


async def f() -> None:
    storage.save("some text", (1, 2))  # at once
    open("x")
"""


def make_findings() -> tuple[Finding, ...]:
    """A database call behind a helper in line 5, a file in line 6."""
    commit = make_primitive("sqlalchemy.orm.Session.commit", "database")
    calls = (
        make_call(commit, "storage.save", line=5, roots=(UPLOAD,)),
        make_call(make_primitive("open", "file", "disk"), line=6, roots=(UPLOAD,)),
    )
    return judge(Observations(blocked=calls), choose_codes(None))


def make_audit(*findings: Finding, unparsed: tuple[Unparsed, ...] = ()) -> Audit:
    return Audit(findings or make_findings(), unparsed, (HEALTH, POST), STATS)


def make_clean_audit() -> Audit:
    return Audit((), (), (HEALTH,), STATS)


def with_roots(finding: Finding, count: int) -> Finding:
    """The finding, reached from `count` routes."""
    roots = tuple(Root("endpoint", "GET", f"/r{n}", "api.r", "api.py", n) for n in range(count))
    return msgspec.structs.replace(finding, roots=roots)


def write_source(folder: Path) -> Path:
    (folder / "app.py").write_text(SOURCE, encoding="utf-8")
    return folder
