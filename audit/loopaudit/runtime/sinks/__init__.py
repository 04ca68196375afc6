"""Where events go: log lines, the evidence file, Prometheus, a side thread's `/metrics`, aiomonitor."""
