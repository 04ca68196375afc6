"""Clocks are arguments, so that tests own the time.

`Clock` gives seconds that only grow (CLOCK_MONOTONIC on Linux, the clock asyncio and libuv use too, so
readings of all three can be subtracted). `WallClock` gives Unix time, for the records that people read.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
WallClock = Callable[[], float]

monotonic: Clock = time.monotonic
wall: WallClock = time.time
