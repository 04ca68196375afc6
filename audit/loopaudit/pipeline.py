"""The story on one page: discover, summarise, link, propagate, judge; from files to an `Audit`."""

from __future__ import annotations

import time
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from loopaudit import __version__
from loopaudit.findings import Audit, Stats, Unparsed, UnresolvedCall
from loopaudit.static.discover import discover
from loopaudit.static.distributions import installed, state_of
from loopaudit.static.libraries import Libraries, Seen, are_unchanged, opened
from loopaudit.static.manifests import exactly, find_manifests, signature, versions_used
from loopaudit.static.store import no_store, open_store
from loopaudit.static.workers import summarise_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loopaudit.catalogue.versions import Point
    from loopaudit.configuration import Options
    from loopaudit.findings import Finding
    from loopaudit.static.manifests import Manifest
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
    folder = options.cache_directory
    store = no_store() if folder is None else open_store(options.directory, folder)
    try:
        facts = summarise_all(found.files, store, jobs=options.jobs, on_progress=_reporting(on_progress))
        manifests = find_manifests(options.paths, options.directory)
        key = result_key(options, facts, manifests)
        outcome = _kept(store.result(key))
        if outcome is None:
            with opened(options.environment, is_cached=folder is not None) as libraries:
                outcome = _analyse(options, facts, manifests, libraries)
                seen = libraries.seen if libraries is not None else ()
                if libraries is None or libraries.is_complete:
                    store.keep_result(key, msgspec.msgpack.encode(Kept(outcome, seen)))
        store.save()
    finally:
        store.close()
    stats = msgspec.structs.replace(outcome.stats, seconds=round(time.perf_counter() - started, 3))
    return msgspec.structs.replace(outcome, stats=stats)


def _reporting(on_progress: OnProgress | None) -> Callable[[int, int], None] | None:
    return None if on_progress is None else partial(on_progress, "reading")


class Kept(msgspec.Struct, array_like=True, frozen=True):
    """An audit, and the library files whose change makes it void."""

    audit: Audit
    seen: tuple[Seen, ...]


def _kept(blob: bytes | None) -> Audit | None:
    """A kept audit; what cannot be read, or was made of other libraries, is made anew."""
    try:
        kept = None if blob is None else msgspec.msgpack.decode(blob, type=Kept)
    except msgspec.MsgspecError:
        return None
    return kept.audit if kept is not None and are_unchanged(kept.seen) else None


def _analyse(
    options: Options, facts: Sequence[Facts], manifests: Sequence[Manifest], libraries: Libraries | None
) -> Audit:
    # The heavy half is imported here: a run in which nothing changed needs none of it.
    from loopaudit.catalogue.load import load_catalogue
    from loopaudit.rules import judge, observations_for
    from loopaudit.static.deep import run_deep
    from loopaudit.static.kept_rows import shipped_rows
    from loopaudit.static.link.index import Index
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.propagate.observe import observe

    shipped = None if options.cache_directory is None else shipped_rows(program_signature())
    catalogue = load_catalogue(options.rows, _versions(options, manifests), options.catalogue, shipped)
    wanted = observations_for(options.select)
    observations = run_deep(lambda: observe(Linker(Index(facts), catalogue, libraries), wanted))
    findings = [each for each in judge(observations, options.select) if options.keeps(each)]
    return Audit(
        findings=tuple(_suppress(findings, facts)),
        unparsed=_unparsed(facts),
        endpoints=observations.endpoints,
        stats=_count(observations),
        unresolved=_unresolved(observations) if options.show_unresolved else (),
        note=libraries.note if libraries is not None else "",
    )


def _versions(options: Options, manifests: Sequence[Manifest]) -> Mapping[str, Point]:
    """The versions of the libraries: what is installed is surer than what some manifest allows."""
    sites = options.environment.site_folders if options.environment is not None else ()
    present = {each.name: each.version for each in installed(sites)}
    return {**versions_used(manifests), **exactly(present)}


def _unresolved(observations: Observations) -> tuple[UnresolvedCall, ...]:
    return tuple(
        UnresolvedCall(each.at.path, each.at.line, each.at.column, each.at.function, each.text, each.reason)
        for each in observations.unresolved
    )


def result_key(options: Options, facts: Sequence[Facts], manifests: Sequence[Manifest]) -> str:
    """A digest of all that the outcome depends on: files, manifests, what was asked, rows, this program."""
    ignores = [(pattern, sorted(codes)) for pattern, codes in options.per_file_ignores]
    asked = (sorted(options.select), ignores, options.confidence, options.show_unresolved, __version__)
    state = blake2b(repr(asked).encode(), digest_size=20)
    state.update(repr(options.catalogue).encode())
    for row_file in options.rows:
        state.update(row_file.read_bytes())
    if options.environment is not None:
        state.update(state_of(installed(options.environment.site_folders), options.environment.folders))
    for each in facts:
        state.update(f"{each.file.relative}:{each.file.modules}:".encode(errors="surrogateescape"))
        state.update(each.digest)
    state.update(signature(manifests))
    state.update(program_signature())
    return state.hexdigest()


def program_signature() -> bytes:
    """The sizes and times of this program's own files: another build of it keeps no old answers."""
    folder = Path(__file__).parent
    files = sorted((*folder.rglob("*.py"), *folder.rglob("*.toml")))
    marks = [f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files]
    return blake2b("\n".join(marks).encode(), digest_size=16).digest()


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
    last = finding.chain[-1] if finding.chain else None
    places = {(finding.path, finding.line), (finding.path, finding.end_line)}
    if last is not None:
        places.add((last.path, last.line))  # the primitive's own line speaks for all who reach it
    for place in places:
        codes = silenced.get(place)
        if codes is not None and (not codes or any(finding.rule.startswith(code) for code in codes)):
            return True
    return False


def _unparsed(facts: Sequence[Facts]) -> tuple[Unparsed, ...]:
    broken = [each for each in facts if each.module.error]
    return tuple(Unparsed(each.file.relative, _sentence(each)) for each in broken)


def _sentence(facts: Facts) -> str:
    line = f"line {facts.module.error_line}: " if facts.module.error_line else ""
    return f"{line}{facts.module.error}"


def _count(observations: Observations) -> Stats:
    return Stats(
        files=observations.files,
        lines=observations.lines,
        functions=observations.functions,
        calls=observations.calls,
        unresolved_on_loop=len(observations.unresolved),
    )
