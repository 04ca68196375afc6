"""What the kernel knows about a thread: CPU time, run-queue delay, the system call it waits in.

Linux only (`/proc/self/task/<tid>`); elsewhere `open_thread` gives a probe that knows nothing, and stalls
say so.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import dataclass
from typing import Protocol

from loopaudit.runtime.interpreter_memory import is_interpreter_address
from loopaudit.runtime.syscalls import name_syscall

GIL = "gil"
LOCK = "lock"
RUNNING = "running"
NS = 1e-9


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds since the thread began: on a CPU, and ready to run but waiting for one. None: not told."""

    cpu_seconds: float | None = None
    run_queue_seconds: float | None = None


class ThreadProbe(Protocol):
    """One thread, seen from another. Reading a thread that has ended says nothing, and never fails."""

    def usage(self) -> Usage: ...

    def state(self) -> str | None:
        """`running`, `gil`, `lock`, a system call's name, or None where it cannot be known."""
        ...

    def close(self) -> None: ...


class BlindProbe:
    """For systems without `/proc`: knows nothing and costs nothing."""

    def usage(self) -> Usage:
        """Nothing."""
        return Usage()

    def state(self) -> str | None:
        """Nothing."""
        return None

    def close(self) -> None:
        """Nothing to close."""


class LinuxProbe:
    """Keeps two files of `/proc` open; a look takes some 10 us."""

    def __init__(self, native_id: int) -> None:
        base = f"/proc/self/task/{native_id}"
        self._clock_id = thread_clock_id(native_id)
        self._schedstat = _open_or_none(f"{base}/schedstat")
        self._syscall = _open_or_none(f"{base}/syscall")
        self._buffer = ctypes.create_string_buffer(96)

    def usage(self) -> Usage:
        """Both figures, read with the GIL held: releasing it on a busy loop costs up to a switch interval."""
        return Usage(read_cpu_seconds(self._clock_id), self._read_run_queue_seconds())

    def _read_run_queue_seconds(self) -> float | None:
        if self._schedstat is None or _pread is None:
            return None
        length = _pread(self._schedstat, self._buffer, 95, 0)
        words = self._buffer.raw[: max(length, 0)].split()
        return int(words[1]) * NS if len(words) > 1 else None

    def state(self) -> str | None:
        """Where it is now. Read with the GIL released, or every thread would seem to wait for it."""
        if self._syscall is None:
            return None
        try:
            text = os.pread(self._syscall, 256, 0)
        except OSError:
            return None
        return describe_syscall(text.decode("ascii", "replace"))

    def close(self) -> None:
        """Close the files; afterwards everything reads as unknown."""
        for descriptor in (self._schedstat, self._syscall):
            if descriptor is not None:
                os.close(descriptor)
        self._schedstat = self._syscall = None


def open_thread(native_id: int) -> ThreadProbe:
    """A probe for this thread of our own process."""
    return LinuxProbe(native_id) if sys.platform == "linux" else BlindProbe()


def thread_clock_id(native_id: int) -> int:
    """The thread's CPU clock, by thread id.

    `pthread_getcpuclockid` gives the same number but reads the thread's own memory, which is gone when it
    has ended; this one answers EINVAL then. (Linux: MAKE_THREAD_CPUCLOCK, stable user-space ABI.)
    """
    return (~native_id << 3) | 6


def read_cpu_seconds(clock_id: int) -> float | None:
    """The clock's reading, or None when its thread has ended."""
    try:
        return time.clock_gettime(clock_id)
    except (OSError, AttributeError):
        return None


def describe_syscall(text: str) -> str | None:
    """`/proc/.../syscall` in a word: `running`, `gil`, `lock`, or the call's name."""
    words = text.split()
    if not words:
        return None
    if words[0] == "running":
        return RUNNING
    number = int(words[0])
    if number < 0:
        return "kernel"
    name = name_syscall(number)
    if name.startswith("futex"):
        return GIL if len(words) > 1 and is_interpreter_address(int(words[1], 16)) else LOCK
    return name


def _open_or_none(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _load_pread() -> ctypes._NamedFuncPointer | None:
    try:
        function = ctypes.PyDLL(None)["pread"]
    except (OSError, AttributeError, TypeError):
        return None
    function.restype = ctypes.c_ssize_t
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long]
    return function


_pread = _load_pread() if sys.platform == "linux" else None
