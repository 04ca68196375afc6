"""What watching costs: CPU seconds a request, with and without, in interleaved rounds; the median ratio
counts.

CPU a request holds on a noisy machine where latency does not. Servers of all variants stay up together, so
that drift of the machine meets them alike.
"""

from __future__ import annotations

import socket
import statistics
from contextlib import ExitStack

from bench.runtime.processes import Server, serve

REQUEST = b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"
CONNECTIONS = 4


def load(server: Server, requests: int) -> float:
    """Send so many requests over a few kept connections; give the server's CPU seconds a request."""
    connections = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(CONNECTIONS)]
    for connection in connections:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    before = server.cpu_seconds()
    for _ in range(requests // CONNECTIONS):
        for connection in connections:
            connection.sendall(REQUEST)
        for connection in connections:
            read_response(connection)
    spent = server.cpu_seconds() - before
    for connection in connections:
        connection.close()
    return spent / (requests // CONNECTIONS * CONNECTIONS)


def read_response(connection: socket.socket) -> None:
    """Read a whole response; headers and body may come apart."""
    received = connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            break
        body += more
    if not head.startswith(b"HTTP/1.1 200") or len(body) != length:
        raise RuntimeError(f"the server did not answer 200: {head[:60]!r}")


def measure_overhead(
    app: str, loop: str, variants: list[str], rounds: int, requests: int
) -> dict[str, tuple[float, float]]:
    """For each variant: microseconds of CPU a request, and the median of its ratio to `plain`, round by
    round.
    """
    with ExitStack() as stack:
        servers = {
            variant: stack.enter_context(serve(app, variant, loop)) for variant in ["plain", *variants]
        }
        for server in servers.values():
            load(server, requests)
        series: dict[str, list[float]] = {variant: [] for variant in servers}
        for turn in range(rounds):
            order = list(servers) if turn % 2 == 0 else list(reversed(servers))
            for variant in order:
                series[variant].append(load(servers[variant], requests))
    plain = series["plain"]
    return {
        variant: (
            statistics.median(costs) * 1e6,
            statistics.median(cost / base for cost, base in zip(costs, plain, strict=True)),
        )
        for variant, costs in series.items()
    }
