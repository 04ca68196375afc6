"""The service as it was reported, before the cure: an ordinary FastAPI application whose whole API freezes.

Written anew from its users' description. Nothing in it waits on purpose: it writes a file, hashes it, inserts
a row and indexes text, as everybody does, but it does so on the event loop. Run it with
`python -m uvicorn bench.as_reported.api:app`.
"""
