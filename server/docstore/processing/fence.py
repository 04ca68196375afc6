"""What a reading process may use: last in line for the processor, bounded in everything else."""

from __future__ import annotations

import os
import resource
import time

NICENESS = 15


def fence_process(memory_bytes: int, seconds: float) -> None:
    """Run before every document; limits that are set already are set again, which costs nothing.

    The processor limit outlives our parent: a reader that hangs ends by itself if nobody is left to kill it.
    """
    if os.getpriority(os.PRIO_PROCESS, 0) < NICENESS:
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
        # A batch process does not preempt the loop when it wakes, which niceness alone does not promise.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    lower(resource.RLIMIT_AS, memory_bytes)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_CPU, int(time.process_time() + seconds) + 2)


def lower(limit: int, wanted: int) -> None:
    """Set the soft limit, as far as the hard one allows."""
    _, hard = resource.getrlimit(limit)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(limit, (soft, hard))
