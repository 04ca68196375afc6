"""The full path of a route: its own, under its router's prefix, under whatever the router was mounted on."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from loopaudit.static.link.given import Given
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.shapes import NOTHING
from loopaudit.static.link.values import (
    BoundExternal,
    Constant,
    Container,
    External,
    ExternalInstance,
    call_site,
    split_site,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.catalogue.model import Entry
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

UNKNOWN = "{?}"
"""What stands for a part of a path that is not a literal."""
MAX_NESTING = 6
MAX_PATHS = 64
"""Of one router: where routers are mounted on each other there would be millions."""


class Routes:
    """Prefixes and mounts of the program's routers, by the call that made each router."""

    def __init__(self, link: Linker) -> None:
        self._link = link

    def full_paths(
        self, entry: Entry, registrar: Value, given: Given, options: Given = NOTHING
    ) -> tuple[str, ...]:
        """Every path the handler answers to; one empty path where the entry has none. options: of a decorator
        of the project around the registration: where that makes the path, its first argument counts."""
        own = self._text(given, entry.route) if entry.route else ""
        if own == UNKNOWN and options.args:
            own = self._text(options, "0")
        if isinstance(registrar, External):
            prefixes = self._prefixes(given.site, "")  # Route("/x", f): what it is mounted on decides
        elif isinstance(registrar, BoundExternal) and isinstance(registrar.receiver, ExternalInstance):
            prefixes = self._prefixes(registrar.receiver.site, entry.prefix)
        else:
            return (own,)
        return tuple(dict.fromkeys(prefix + own for prefix in prefixes))

    def methods(self, entry: Entry, given: Given) -> tuple[str, ...]:
        """The HTTP methods of a registration; one empty method where there is none."""
        if not entry.method.startswith("$") and not entry.method.isdigit():
            return (entry.method,)
        argument = given.find(entry.method.removeprefix("$"))
        found = [
            value.value.upper()
            for container in (argument.values(self._link) if argument is not None else ())
            for value in (container.element if isinstance(container, Container) else (container,))
            if isinstance(value, Constant) and isinstance(value.value, str)
        ]
        return tuple(found) or ("GET",)

    def _prefixes(self, site: int, keyword: str) -> tuple[str, ...]:
        return tuple(islice(self._all_prefixes(site, keyword, 0), MAX_PATHS))

    def _all_prefixes(self, site: int, keyword: str, depth: int) -> Iterator[str]:
        own = self._own_prefix(site, keyword)
        mounts = self._mounts.get(site, ())
        if not mounts or depth >= MAX_NESTING:
            yield own
            return
        for parent, prefix, parent_keyword in mounts:
            for above in self._all_prefixes(parent, parent_keyword, depth + 1):
                yield above + prefix + own

    def _own_prefix(self, site: int, keyword: str) -> str:
        if site < 0 or not keyword:
            return ""
        function, position = split_site(site)
        call = self._link.index.body(function).calls[position]
        given = Given.of(call, self._link.frames.general(function), site)
        return self._text(given, keyword) if given.find(keyword) is not None else ""

    def _text(self, given: Given, where: str) -> str:
        argument = given.find(where)
        if argument is None:
            argument = given.keyword("path") if where.isdigit() else None
        if argument is None:
            return ""
        values = argument.values(self._link)
        texts = [
            value.value for value in values if isinstance(value, Constant) and isinstance(value.value, str)
        ]
        return texts[0] if len(texts) == 1 else UNKNOWN

    @cached_property
    def _mounts(self) -> Mapping[int, tuple[tuple[int, str, str], ...]]:
        """Router's site -> (site it is mounted on, prefix of the mount, keyword of that one's own prefix)."""
        found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for child, parent, prefix in self._read_mounts():
            if (parent, prefix, "prefix") not in found[child] and child != parent:
                found[child].append((parent, prefix, "prefix"))
        return {child: tuple(parents) for child, parents in found.items()}

    def _read_mounts(self) -> Iterator[tuple[int, int, str]]:
        link = self._link
        rows = {row.name.rpartition(".")[2] for row in link.catalogue.rows.mounts}
        callers = {number for word in rows for number in link.index.callers.get(word, ())}
        for number in sorted(callers):
            frame = link.frames.general(number)
            for position, call in enumerate(link.index.body(number).calls):
                if terminal_name(call.func) not in rows:
                    continue
                given = Given.of(call, frame, call_site(number, position))
                for value in link.evaluate(call.func, frame):
                    yield from self._read_mount(value, given)

    def _read_mount(self, value: Value, given: Given) -> Iterator[tuple[int, int, str]]:
        if not isinstance(value, BoundExternal | External):
            return
        mount = self._link.catalogue.mount(value.path)
        if mount is None:
            return
        children = [given.find(where) for where in mount.child.split()]
        receiver = value.receiver if isinstance(value, BoundExternal) else None
        parent = receiver.site if isinstance(receiver, ExternalInstance) else given.site
        prefix = self._text(given, mount.prefix)
        for each in (value for child in children if child is not None for value in child.values(self._link)):
            for router in each.element if isinstance(each, Container) else (each,):
                if isinstance(router, ExternalInstance) and router.site >= 0:
                    yield router.site, parent, prefix
