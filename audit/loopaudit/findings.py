"""The value that rules make, reports print and evidence joins: a finding, with its chain and its routes."""

from __future__ import annotations

import msgspec

SEVERITIES = ("error", "warning", "info")
CONFIDENCES = ("certain", "likely", "possible")
LIBRARIES = "site-packages"
"""What the paths of library files begin with, wherever they lie: the same on every machine."""


class Hop(msgspec.Struct, frozen=True):
    """One call of a chain: at path:line:column, inside `function`, `calls` is called.

    line and column are 1-based; path is POSIX, relative to the working directory, or `site-packages/...`.
    """

    path: str
    line: int
    column: int
    function: str
    calls: str

    @property
    def is_in_library(self) -> bool:
        """Whether it stands in the source of an installed library, where nobody can mend it."""
        return self.path.startswith(f"{LIBRARIES}/")


class Root(msgspec.Struct, frozen=True):
    """Somebody who reaches the coroutine: an endpoint (with method and route), a task, a middleware, ..."""

    kind: str
    method: str
    route: str
    function: str
    path: str
    line: int


class Finding(msgspec.Struct, frozen=True):
    """A blocking call (or misuse), reported at the call in the innermost coroutine."""

    rule: str
    kind: str
    severity: str
    confidence: str
    path: str
    line: int
    column: int
    end_line: int
    function: str
    message: str
    primitive: str
    advice: str
    chain: tuple[Hop, ...]
    roots: tuple[Root, ...]
    fingerprint: str
    suppressed: bool = False

    @property
    def place(self) -> tuple[str, int, int, str]:
        """The order findings are reported in."""
        return (self.path, self.line, self.column, self.rule)


class Unparsed(msgspec.Struct, frozen=True):
    """A file that could not be read, and why."""

    path: str
    message: str


class Endpoint(msgspec.Struct, frozen=True):
    """One line of `loopaudit routes`.

    runs: `loop` (async def, or a sync handler a framework calls on the loop) | `pool` | `process`.
    """

    kind: str
    method: str
    route: str
    function: str
    path: str
    line: int
    is_async: bool
    runs: str


class Stats(msgspec.Struct, frozen=True):
    """Counts of one audit; seconds is wall time."""

    files: int = 0
    lines: int = 0
    functions: int = 0
    calls: int = 0
    unresolved_on_loop: int = 0
    seconds: float = 0.0


class UnresolvedCall(msgspec.Struct, frozen=True):
    """A call on the loop whose target nobody could tell: `text` as written, and why."""

    path: str
    line: int
    column: int
    function: str
    text: str
    reason: str


class Audit(msgspec.Struct, frozen=True):
    """All that one run found out; what every report prints. unresolved: filled when it was asked for."""

    findings: tuple[Finding, ...]
    unparsed: tuple[Unparsed, ...]
    endpoints: tuple[Endpoint, ...]
    stats: Stats
    unresolved: tuple[UnresolvedCall, ...] = ()
    note: str = ""
    """What was left undone, in one sentence."""
