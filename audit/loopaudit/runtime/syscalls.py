"""System call numbers to the words people use, for the two machines that services run on.

Only calls that wait are listed; any other shows as its number.
"""

from __future__ import annotations

import platform

_X86_64: dict[int, str] = {
    0: "read", 1: "write", 7: "poll", 17: "pread", 18: "pwrite", 19: "readv", 20: "writev", 23: "select",
    34: "pause", 35: "nanosleep", 40: "sendfile", 42: "connect", 43: "accept", 44: "sendto", 45: "recvfrom",
    46: "sendmsg", 47: "recvmsg", 61: "wait4", 72: "fcntl", 73: "flock", 74: "fsync", 75: "fdatasync",
    77: "ftruncate", 87: "unlink", 128: "rt_sigtimedwait", 130: "rt_sigsuspend", 162: "sync", 202: "futex",
    230: "clock_nanosleep", 232: "epoll_wait", 247: "waitid", 257: "openat", 270: "pselect6", 271: "ppoll",
    281: "epoll_pwait", 285: "fallocate", 288: "accept4", 306: "syncfs", 449: "futex_waitv",
}  # fmt: skip

_AARCH64: dict[int, str] = {
    22: "epoll_pwait", 25: "fcntl", 32: "flock", 46: "ftruncate", 47: "fallocate", 56: "openat", 63: "read",
    64: "write", 65: "readv", 66: "writev", 67: "pread", 68: "pwrite", 71: "sendfile", 72: "pselect6",
    73: "ppoll", 81: "sync", 82: "fsync", 83: "fdatasync", 95: "waitid", 98: "futex", 101: "nanosleep",
    115: "clock_nanosleep", 137: "rt_sigtimedwait", 202: "accept", 203: "connect", 206: "sendto",
    207: "recvfrom", 211: "sendmsg", 212: "recvmsg", 242: "accept4", 260: "wait4", 449: "futex_waitv",
}  # fmt: skip

_TABLES = {"x86_64": _X86_64, "amd64": _X86_64, "aarch64": _AARCH64, "arm64": _AARCH64}


def name_syscall(number: int, machine: str = platform.machine()) -> str:
    """The call's name, or `syscall N` where the table has none."""
    return _TABLES.get(machine.lower(), {}).get(number, f"syscall {number}")
