"""`python -m bench.load.probe HOST PORT PATH`: ask for a health page every 20 ms until stdin closes.

A process and a connection of its own, blocking and small: nothing else may delay its clock. Every probe
counts from the moment it was due. While an answer is outstanding no further request is sent, but the probes
that fell due meanwhile count as well, up to that answer: a frozen service cannot hide behind the questions
that were not asked (coordinated omission).
"""

from __future__ import annotations

import http.client
import select
import sys
import time

import msgspec

from bench.load.report import Probe

EVERY_SECONDS = 0.02
PATIENCE_SECONDS = 120.0


def probe(host: str, port: int, path: str) -> Probe:
    """Ask until stdin is closed."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    latencies: list[float] = []
    failed = 0
    due = time.perf_counter()
    while not is_told_to_stop(max(0.0, due - time.perf_counter())):
        try:
            ask(connection, path)
        except (OSError, http.client.HTTPException):
            connection.close()
            failed += 1
        answered = time.perf_counter()
        while due <= answered:
            latencies.append(answered - due)
            due += EVERY_SECONDS
    return Probe(tuple(latencies), failed)


def ask(connection: http.client.HTTPConnection, path: str) -> None:
    """One request, read to its end."""
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise http.client.HTTPException(f"{path} answered {response.status}")


def is_told_to_stop(wait_seconds: float) -> bool:
    """Wait until the next probe is due, or stdin closes."""
    readable, _, _ = select.select([sys.stdin], [], [], wait_seconds)
    return bool(readable)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(probe(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
