"""From the rows of the catalogue to what can be proven against an installed library."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.catalogue.readers import places_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loopaudit.catalogue.matcher import Catalogue
    from loopaudit.catalogue.model import ExternalType

    from bench.catalogue.probe.checks import Claim


@dataclass(frozen=True)
class Statement:
    """What one row says of one name; `sort`: which sort of row it is."""

    sort: str
    name: str
    claim: Claim


def list_statements(catalogue: Catalogue) -> Iterator[Statement]:
    """Every statement of every row, in the order of the sections."""
    yield from _Reader(catalogue).statements()


class _Reader:
    """Knows under which other names each thing goes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.rows = catalogue.rows
        self.others: dict[str, list[str]] = defaultdict(list)
        for other, _ in self.rows.aliases:
            self.others[catalogue.canonical(other)].append(other)

    def statements(self) -> Iterator[Statement]:
        for row in self.rows.primitives:
            places = [sorted(places) for name in row.unless if (places := places_read(name))]
            timeout = [[row.timeout]] if row.timeout else []
            yield self.state("primitive", row.name, "sync", arguments=[*places, *timeout])
        for kind in self.rows.types:
            yield from self.of_type(kind)
        for value in self.rows.values:
            awaits = "awaits" if value.returns.head == "awaitable" else ""
            yield self.state("value", value.name, awaits)
        for made in self.rows.objects:
            yield self.state("object", made.name)
        yield from self.of_handlers()
        for base in self.rows.base_classes:
            yield self.state("base class", base.name, "class")
        for role in self.rows.roles:
            yield self.state("role", role.name)
        for other, _ in self.rows.aliases:
            yield Statement("alias", other, make_claim([other]))

    def of_type(self, kind: ExternalType) -> Iterator[Statement]:
        bases = [self.names_of(base) for base in kind.bases]
        yield self.state("type", kind.name, "async class" if kind.is_async else "class", bases=bases)
        for name, _ in kind.attributes:
            yield self.state("attribute", f"{kind.name}.{name}")

    def of_handlers(self) -> Iterator[Statement]:
        taken: dict[tuple[str, str], list[str]] = defaultdict(list)
        prefixed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for callback in self.rows.callbacks:
            taken["callback", callback.name].append(callback.argument)
        for entry in self.rows.entries:
            places = [] if entry.handler == "decorated" else [entry.handler]
            taken["entry", entry.name].extend(places)
            if entry.route:
                yield self.state("entry", entry.name, arguments=[[entry.route]])
            if entry.prefix:
                prefixed[entry.library, entry.prefix].append(entry.name.rpartition(".")[0])
        for mount in self.rows.mounts:
            taken["mount", mount.name] = mount.child.split()
            yield self.state("mount", mount.name, arguments=[[mount.prefix]])
        for (_, prefix), owners in prefixed.items():
            # An application and its blueprints share rows; the blueprints take the prefix.
            claim = make_claim(sorted(set(owners)), "any", arguments=[[prefix]])
            yield Statement("entry", owners[0], claim)
        for (sort, name), places in taken.items():
            yield self.state(sort, name, arguments=[places] if places else [])

    def state(
        self,
        sort: str,
        name: str,
        holds: str = "",
        bases: Iterable[list[str]] = (),
        arguments: Iterable[list[str]] = (),
    ) -> Statement:
        return Statement(sort, name, make_claim(self.names_of(name), holds, bases, arguments))

    def names_of(self, name: str) -> list[str]:
        """The name and all others under which aliases let the same thing be known, nearest first."""
        found, owner, rest = [name], name, ""
        while owner:
            found += [other + rest for other in self.others.get(owner, ())]
            owner, dot, last = owner.rpartition(".")
            rest = f"{dot}{last}{rest}"
        return found


def make_claim(
    names: list[str],
    holds: str = "",
    bases: Iterable[list[str]] = (),
    arguments: Iterable[list[str]] = (),
) -> Claim:
    """A claim with what is left out filled in."""
    return {"names": names, "holds": holds, "bases": list(bases), "arguments": list(arguments)}
