"""From a failure to sentences: what happened, where, and what to do about it."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import httpx2
import msgspec

from docstore.client.answers import Problem
from docstore.client.errors import DocstoreError, RefusedError, UnreachableError, UnusableInputError

if TYPE_CHECKING:
    from docstore.client.connection import Connection

ADVICE = {
    400: "Check what was asked for.",
    401: "Give a valid key with --api-key, or set DOCSTORE_API_KEY.",
    403: "This key may not do that; ask for one with a wider scope.",
    404: "See what exists with `docstore list`.",
    408: "The upload stood still for too long; check the network and run the command again.",
    409: "It exists already.",
    413: "Split the file, or have the server's limit raised.",
    415: "The server does not take this kind of file.",
    422: "Check what was asked for.",
    429: "The server asks for fewer requests; wait, or lower --concurrency.",
    500: "The server's log says more; nothing of this request was kept.",
    502: "Something between you and the server could not reach it; try again later.",
    503: "The server is busy or starting; try again later.",
    504: "Something between you and the server gave up waiting; try again later.",
    507: "The server's disk is full: it needs space before it can take this file.",
}


def explain_refusal(response: httpx2.Response) -> RefusedError:
    """The error for an answer that says no. The body must have been read."""
    problem = read_problem(response)
    said = problem.detail or problem.title or response.reason_phrase or "no reason given"
    advice = ADVICE.get(response.status_code, "The server's log may say more.")
    limit = f" The limit is {problem.limit_bytes / 1e6:,.1f} MB." if problem.limit_bytes else ""
    sentence = f"The server refused ({response.status_code}): {said.rstrip('.')}.{limit} {advice}"
    return RefusedError(sentence, response.status_code, problem.collection_id)


def read_problem(response: httpx2.Response) -> Problem:
    """The problem document of an answer, or an empty one when it carries none."""
    try:
        return msgspec.json.decode(response.content, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Problem()


def explain_transport(error: httpx2.HTTPError | httpx2.InvalidURL, connection: Connection) -> DocstoreError:
    """The error for a request that got no whole answer."""
    url, timeouts = connection.url, connection.timeouts
    match error:
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol():
            return UnusableInputError(f"{url!r} is no address of a server; write it like http://host:8000.")
        case httpx2.ConnectTimeout():
            sentence = (
                f"{url} did not accept a connection within {timeouts.connect_seconds:g} s. "
                "Check the address and the network, or raise --connect-timeout."
            )
        case httpx2.TimeoutException():
            sentence = (
                f"{url} accepted the connection but stayed silent for {timeouts.read_seconds:g} s. "
                "It may be overloaded: look at its /health/live, or raise --read-timeout."
            )
        case httpx2.ConnectError():
            sentence = (
                f"Nothing answers at {url} ({describe_cause(error)}). "
                "Start a server with `docstore serve`, or name another with --url or DOCSTORE_URL."
            )
        case httpx2.NetworkError() | httpx2.RemoteProtocolError():
            sentence = (
                f"The connection to {url} broke before the answer was complete ({describe_cause(error)}). "
                "The server may have stopped; run the command again, what arrived is kept."
            )
        case _:
            sentence = f"The request to {url} failed: {describe_cause(error)}."
    return UnreachableError(sentence)


def describe_cause(error: BaseException) -> str:
    """The system's own words for it, without the wrapping."""
    deepest = error
    while deepest.__cause__ is not None or deepest.__context__ is not None:
        deepest = deepest.__cause__ or deepest.__context__ or deepest
    if isinstance(deepest, socket.gaierror):
        return "the name is not known"
    if isinstance(deepest, OSError) and deepest.errno:
        return os.strerror(deepest.errno).lower()
    return str(error) or type(error).__name__
