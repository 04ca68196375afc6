"""Audits of programs that stand only in memory: the stages between the reading and the rules."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from loopaudit.catalogue.load import load_catalogue
from loopaudit.static.deep import run_deep
from loopaudit.static.discover import SourceFile
from loopaudit.static.facts import ENCODER
from loopaudit.static.link.index import Index
from loopaudit.static.link.linker import Linker
from loopaudit.static.propagate.observe import observe
from loopaudit.static.store import digest_of, no_store
from loopaudit.static.summarise import summarise
from loopaudit.static.workers import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loopaudit.catalogue.matcher import Catalogue
    from loopaudit.static.observations import Observations


@cache
def catalogue() -> Catalogue:
    return load_catalogue(())


def facts_of(files: Mapping[str, str]) -> list[Facts]:
    """What the files say; each is a module of its own root."""
    found = []
    for path, text in files.items():
        parts = path.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        source = text.encode()
        file = SourceFile(f"/nowhere/{path}", path, (name,), is_package)
        found.append(Facts(file, digest_of(source), no_store(), ENCODER.encode(summarise(source))))
    return found


def observe_facts(facts: list[Facts]) -> Observations:
    return run_deep(lambda: observe(Linker(Index(facts), catalogue())))
