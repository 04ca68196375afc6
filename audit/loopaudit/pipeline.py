"""The story on one page: discover, summarise, link, propagate, judge; from files to an `Audit`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.load import load_catalogue
from loopaudit.findings import Audit, Stats, Unparsed
from loopaudit.rules import judge
from loopaudit.static.discover import discover
from loopaudit.static.link.index import Index
from loopaudit.static.link.linker import Linker
from loopaudit.static.propagate.observe import observe
from loopaudit.static.store import open_store
from loopaudit.static.workers import summarise_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loopaudit.configuration import Options
    from loopaudit.findings import Finding
    from loopaudit.static.observations import Observations
    from loopaudit.static.workers import Facts

    OnProgress = Callable[[str, int, int], None]


def audit(options: Options, *, on_progress: OnProgress | None = None) -> Audit:
    """Audit `options.paths`. Raises `DiscoveryError` for a path that cannot be read and `CatalogueError` for
    a row that cannot be understood; a broken source file is listed in `Audit.unparsed`, never raised.

    on_progress: called with (stage, files done, files in all) while files are summarised.
    """
    started = time.perf_counter()
    found = discover(
        options.paths, root=options.directory, exclude=options.exclude, include_tests=options.include_tests
    )
    with open_store(options.cache_directory, options.directory) as store:
        facts = summarise_all(found.files, store, jobs=options.jobs, on_progress=on_progress)
    catalogue = load_catalogue(options.rows)
    observations = observe(Linker(Index(facts), catalogue))
    findings = [each for each in judge(observations, options.select) if options.keeps(each)]
    return Audit(
        findings=tuple(_suppress(findings, facts)),
        unparsed=_unparsed(facts),
        endpoints=observations.endpoints,
        stats=_count(observations, time.perf_counter() - started),
    )


def _suppress(findings: Sequence[Finding], facts: Sequence[Facts]) -> list[Finding]:
    """Mark the findings that a comment on their line silences."""
    silenced: dict[tuple[str, int], frozenset[str]] = {
        (each.file.relative, comment.line): frozenset(comment.codes)
        for each in facts
        for comment in each.module.suppressions
    }
    return [
        msgspec.structs.replace(finding, suppressed=True) if _is_silenced(finding, silenced) else finding
        for finding in findings
    ]


def _is_silenced(finding: Finding, silenced: dict[tuple[str, int], frozenset[str]]) -> bool:
    for line in {finding.line, finding.end_line}:
        codes = silenced.get((finding.path, line))
        if codes is not None and (not codes or any(finding.rule.startswith(code) for code in codes)):
            return True
    return False


def _unparsed(facts: Sequence[Facts]) -> tuple[Unparsed, ...]:
    broken = [each for each in facts if each.module.error]
    return tuple(Unparsed(each.file.relative, _sentence(each)) for each in broken)


def _sentence(facts: Facts) -> str:
    line = f"line {facts.module.error_line}: " if facts.module.error_line else ""
    return f"{line}{facts.module.error}"


def _count(observations: Observations, seconds: float) -> Stats:
    return Stats(
        files=observations.files,
        lines=observations.lines,
        functions=observations.functions,
        calls=observations.calls,
        unresolved_on_loop=len(observations.unresolved),
        seconds=round(seconds, 3),
    )
