"""What the sensors publish: frozen events, free of local variables and of request data.

An event names code (file, line, function), routes as templates, and durations. It never holds a path
parameter, a query, a header, an argument or a variable: evidence files and dashboards are read by more
people than databases.
"""

from __future__ import annotations

from dataclasses import dataclass

CAUSES = ("cpu", "blocking", "gil", "gc", "machine", "unknown")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of code: POSIX path (relative where it lies below the working directory), line, function."""

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} in {self.function}"


@dataclass(frozen=True, slots=True)
class Shares:
    """Where a stall's time went, as fractions of its duration; what a system cannot tell is None.

    `waiting` is time in the kernel that was neither the run queue's nor the GIL's.
    """

    on_cpu: float | None = None
    waiting: float | None = None
    gil: float | None = None
    gc: float | None = None
    run_queue: float | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The work that held the loop: the task, its coroutine, and the request that it served, if any."""

    task: str | None = None
    coroutine: str | None = None
    method: str | None = None
    route: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadHog:
    """Another thread that kept the interpreter from the loop: its name, its busiest line, its CPU seconds."""

    name: str
    where: Place | None
    cpu_seconds: float | None


@dataclass(frozen=True, slots=True)
class Stall:
    """The loop did not come round for longer than the threshold.

    `time` is Unix time at the start. `is_over` is False for the announcement of a stall that still lasts;
    its final record follows when the loop comes back. `samples` counts how often the stall was looked at.
    """

    time: float
    duration_seconds: float
    cause: str
    where: Place | None = None
    primitive: str | None = None
    stack: tuple[Place, ...] = ()
    whose: Whose = Whose()
    holds: str | None = None
    waiting_in: str | None = None
    thread_hog: ThreadHog | None = None
    shares: Shares = Shares()
    lag_seconds: float = 0.0
    samples: int = 0
    is_over: bool = True

    @property
    def route(self) -> str | None:
        """The route template, or None outside of a request."""
        return self.whose.route

    @property
    def site(self) -> str:
        """The line as a metric label: bounded by the amount of code, not by what clients send."""
        return f"{self.where.path}:{self.where.line}" if self.where else "unknown"


@dataclass(frozen=True, slots=True)
class Lag:
    """How late a timer ran: what any other callback of this loop waited at that moment."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SlowCallback:
    """asyncio's debug mode saw a single callback take longer than its limit."""

    seconds: float
    function: str
    where: Place | None = None


@dataclass(frozen=True, slots=True)
class GcPause:
    """A garbage collection: every thread of the process stood still for it."""

    seconds: float
    generation: int
    is_on_loop: bool


@dataclass(frozen=True, slots=True)
class BlockingCall:
    """A call of a known blocking primitive, made on the loop's thread."""

    primitive: str
    where: Place
    whose: Whose = Whose()
    advice: str = ""


Event = Stall | Lag | SlowCallback | GcPause | BlockingCall
