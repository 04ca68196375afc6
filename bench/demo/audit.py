"""`loopaudit check` as its users run it: a process, a folder, JSON on stdout, an exit code."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.load.servers import ROOT

LONGEST_AUDIT_SECONDS = 60.0
CLEAN, FOUND = 0, 1


class AuditError(RuntimeError):
    """The auditor itself failed; the text is what it said."""


class Step(msgspec.Struct, frozen=True):
    """One call of a chain."""

    path: str
    line: int
    function: str
    calls: str


class Reached(msgspec.Struct, frozen=True):
    """Somebody who reaches the call."""

    kind: str
    method: str
    route: str
    function: str
    path: str
    line: int


class Finding(msgspec.Struct, frozen=True):
    """A finding of the JSON contract, as far as it is told here."""

    rule: str
    kind: str
    severity: str
    path: str
    line: int
    function: str
    message: str
    primitive: str
    advice: str
    chain: tuple[Step, ...]
    roots: tuple[Reached, ...]


class Counts(msgspec.Struct, frozen=True):
    """How much was read, in which time."""

    files: int
    lines: int
    seconds: float


class Printed(msgspec.Struct, frozen=True):
    """The object that the auditor prints."""

    version: int
    findings: tuple[Finding, ...]
    stats: Counts


@dataclass(frozen=True)
class Audited:
    """What one audit said, and the code it ended with."""

    path: str
    findings: tuple[Finding, ...]
    stats: Counts
    exit_code: int

    @property
    def is_clean(self) -> bool:
        """Nothing found, and said so by the exit code."""
        return self.exit_code == CLEAN and not self.findings


def audit(path: str) -> Audited:
    """Audit a folder of this repository. Raises AuditError when the auditor did not do its work."""
    program = Path(sys.executable).with_name("loopaudit")
    command = [str(program), "check", path, "--output-format", "json", "--no-cache"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, timeout=LONGEST_AUDIT_SECONDS, check=False
        )
    except OSError as error:
        raise AuditError(f"{program} cannot be run: {error.strerror}. Install the project first.") from error
    if done.returncode not in (CLEAN, FOUND):
        said = done.stderr.decode(errors="replace")[-1500:]
        raise AuditError(f"loopaudit check {path} ended with {done.returncode}: {said}")
    printed = msgspec.json.decode(done.stdout, type=Printed)
    return Audited(path, printed.findings, printed.stats, done.returncode)


@dataclass(frozen=True)
class Wanted:
    """A blocking call that must be found: what it is called here, its kind, and how its primitive may end."""

    name: str
    kind: str
    primitives: tuple[str, ...]


def find_on_route(audited: Audited, wanted: Wanted, route: str) -> Finding | None:
    """The finding of a wanted call that a route reaches, or None."""
    for finding in audited.findings:
        is_wanted = finding.kind == wanted.kind and finding.primitive.endswith(wanted.primitives)
        if is_wanted and find_root(finding, route) is not None:
            return finding
    return None


def find_root(finding: Finding, route: str) -> Reached | None:
    """The endpoint of this route that suffers, or None."""
    return next((root for root in finding.roots if root.route == route), None)
