"""What the rules beyond blocking read, each kind looked for only when a rule asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.propagate.attached import attached_handlers
from loopaudit.static.propagate.disabled import disabled_timeouts
from loopaudit.static.propagate.held import held_locks
from loopaudit.static.propagate.lazy import lazy_reads
from loopaudit.static.propagate.nested import nested_loops
from loopaudit.static.propagate.shared import shared_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loopaudit.static.observations import Observations
    from loopaudit.static.propagate.sight import Sight

FINDERS: Mapping[str, Callable[[Sight], tuple[msgspec.Struct, ...]]] = {
    "disabled": disabled_timeouts,
    "handlers": attached_handlers,
    "held": held_locks,
    "lazy": lazy_reads,
    "nested": nested_loops,
    "shared": shared_objects,
}
"""Field of `Observations` -> who fills it."""


def look_beyond(sight: Sight, observations: Observations, wanted: frozenset[str]) -> Observations:
    """The observations with the wanted fields filled."""
    found = {name: find(sight) for name, find in FINDERS.items() if name in wanted}
    return msgspec.structs.replace(observations, **found)
