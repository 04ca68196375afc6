"""Which definitions of a local reach this point.

`env` holds, for every bound name, the one `Local` that a read of it yields here. A branch runs on a trail of
what it changed, so that leaving it costs what it changed and not what the scope holds. At the head of a loop
a name that the loop binds gets a `Local` with a negative id, replaced by what it stands for when the scope
ends: one pass instead of a fixpoint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import force_setattr

from loopaudit.static.expressions import Local

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Changes = dict[str, Local]
MOST_REACHING = 100
"""More definitions than this are not kept for one read (a chain of a thousand `if`s would be quadratic)."""
MOST_STATES = 100_000
"""So many names at loop heads and jumps are followed in one scope; what hostile nesting adds is not."""


class Loop:
    """A loop being lowered: where its trail starts, its names at the head, the states that left it early."""

    __slots__ = ("breaks", "continues", "heads", "level")

    def __init__(self, level: int, heads: dict[str, int]) -> None:
        self.level = level
        self.heads = heads
        self.breaks: list[Changes] = []
        self.continues: list[Changes] = []


class Flow:
    """The state of one scope at the point that is being lowered."""

    __slots__ = ("dead", "env", "heads", "loops", "outer", "paths", "patience", "pending", "trail", "trails")

    def __init__(self) -> None:
        self.env: dict[str, Local] = {}
        self.trail: dict[str, Local | None] = {}
        self.trails: list[dict[str, Local | None]] = [self.trail]
        self.heads: list[list[Local]] = []
        """What leads to each loop head; the head with id -1 is heads[0]."""
        self.pending: list[Local] = []
        self.loops: list[Loop] = []
        self.patience = MOST_STATES
        self.paths = False
        """Whether a condition spoke of an attribute: then `env` holds a narrowed `self.client` too."""
        self.dead = False
        """The point behind the last statement is not reached."""
        self.outer: dict[str, str] = {}
        """Names declared `global` or `nonlocal`: they do not flow here."""

    def bind(self, name: str, local: Local) -> None:
        """From here on `name` reads as `local`."""
        if name not in self.trail:
            self.trail[name] = self.env.get(name)
        self.env[name] = local

    def unbind(self, name: str) -> None:
        """From here on `name` is not bound."""
        old = self.env.pop(name, None)
        if name not in self.trail:
            self.trail[name] = old

    def push(self) -> None:
        """Start a branch."""
        self.trail = {}
        self.trails.append(self.trail)

    def pop(self) -> Changes:
        """Leave a branch and take back what it changed; its changes are returned."""
        trails = self.trails
        trail = trails.pop()
        self.trail = trails[-1]
        changes: Changes = {}
        env = self.env
        for name, old in trail.items():
            local = env.get(name)
            if local is not None:
                changes[name] = local
            if old is not None:
                env[name] = old
            elif local is not None:
                del env[name]
        return changes

    def leave(self) -> Changes | None:
        """Leave a branch as `pop`; None when its end is not reached (it returns, raises, breaks)."""
        changes = self.pop()
        if self.dead:
            self.dead = False
            return None
        return changes

    def merge(self, branches: Sequence[Changes | None]) -> None:
        """Go on with what the ends of the branches hold; without a live one, nothing goes on."""
        live = [branch for branch in branches if branch is not None]
        self.dead = not live
        if len(live) == 1:
            for name, local in live[0].items():
                self.bind(name, local)
        elif live:
            env = self.env
            if self.paths:
                live = [self._without_paths(branch, live) for branch in live]
            for name in dict.fromkeys(name for branch in live for name in branch):
                joined = self.join(branch.get(name) or env.get(name) for branch in live)
                if joined is not None:
                    self.bind(name, joined)

    def _without_paths(self, branch: Changes, others: Sequence[Changes]) -> Changes:
        """What one branch said about an attribute, and another did not, does not hold behind them."""
        return {
            name: local
            for name, local in branch.items()
            if "." not in name or all(name in other or name in self.env for other in others)
        }

    def join(self, locals_: Iterable[Local | None]) -> Local | None:
        """One `Local` for what any of these may hold."""
        distinct = {id(local): local for local in locals_ if local is not None}
        if len(distinct) < 2:
            return next(iter(distinct.values()), None)
        reaching = sorted({index for local in distinct.values() for index in local.defs})
        first = next(iter(distinct.values()))
        joined = Local(first.name, tuple(reaching[:MOST_REACHING]))
        if reaching[0] < 0:
            self.pending.append(joined)
        return joined

    def enter_loop(self, names: Iterable[str]) -> Loop:
        """Names bound in the loop may, at its head, come from before it or from the round before."""
        heads: dict[str, int] = {}
        for name in sorted(names):
            if name in self.outer or self.patience <= 0:
                continue
            self.patience -= 1
            before = self.env.get(name)
            heads[name] = len(self.heads)
            self.heads.append([] if before is None else [before])
            head = Local(name, (-len(self.heads),))
            self.pending.append(head)
            self.bind(name, head)
        loop = Loop(len(self.trails), heads)
        self.loops.append(loop)
        return loop

    def close_loop(self, loop: Loop, end: Changes | None) -> None:
        """The end of the body and every `continue` lead back to the head."""
        self.loops.pop()
        for changes in (end, *loop.continues):
            if changes is not None:
                for name, local in changes.items():
                    if name in loop.heads:
                        self.heads[loop.heads[name]].append(local)
        for name, head in loop.heads.items():
            now = self.env.get(name)
            if now is not None and now.defs != (-head - 1,):  # bound by the test of a `while`
                self.heads[head].append(now)

    def escape(self, ways: list[Changes]) -> None:
        """A jump to the head or the end of the innermost loop takes along what changed since it began."""
        self.dead = True
        if self.patience <= 0:
            return
        env = self.env
        changed = {name for trail in self.trails[self.loops[-1].level :] for name in trail}
        self.patience -= len(changed)
        ways.append({name: env[name] for name in changed if name in env})

    def settle(self) -> None:
        """Replace the ids that stand for the head of a loop by the definitions that reach it."""
        for local in self.pending:
            reaching: set[int] = set()
            seen: set[int] = set()
            queue = list(local.defs)
            while queue:
                index = queue.pop()
                if index >= 0:
                    reaching.add(index)
                elif index not in seen:
                    seen.add(index)
                    for source in self.heads[-index - 1]:
                        queue.extend(source.defs)
            force_setattr(local, "defs", tuple(sorted(reaching)[:MOST_REACHING]))
