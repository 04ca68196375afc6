"""Whose work holds the loop: the running task's request, or the qualified name of its coroutine.

The middleware puts the request's scope into a context variable; every task that the request starts
inherits it, and the watchdog reads it from outside through the task's context. Nothing is done for each task
or callback.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
from collections.abc import MutableMapping
from concurrent.futures.thread import _WorkItem
from typing import TYPE_CHECKING

from loopaudit.runtime.events import Whose
from loopaudit.runtime.routes import read_method, read_template

if TYPE_CHECKING:
    from types import FrameType

Scope = MutableMapping[str, object]


current_request: contextvars.ContextVar[Scope | None] = contextvars.ContextVar(
    "loopaudit_request", default=None
)


ANYIO_BACKENDS = "anyio._backends"
POOL_RUN = _WorkItem.run.__code__
HANDLE_RUN = asyncio.Handle._run.__code__  # noqa: SLF001 # the frame that a callback runs under


class Sighting:
    """A task seen holding the loop, and its request. Read when the stall ends: the router may not have
    chosen yet.
    """

    __slots__ = ("request", "task")

    def __init__(self, task: asyncio.Task[object] | None, request: Scope | None) -> None:
        self.task = task
        self.request = request

    def read(self) -> Whose:
        """Names only: the template, never the path; the coroutine, never its arguments."""
        task = self.task.get_name() if self.task is not None else None
        coroutine = name_coroutine(self.task) if self.task is not None else None
        if self.request is None:
            return Whose(task=task, coroutine=coroutine)
        return Whose(task, coroutine, read_method(self.request), read_template(self.request))

    def own_packages(self) -> frozenset[str]:
        """The endpoint's top-level package: own code, wherever it is installed."""
        endpoint = self.request.get("endpoint") if self.request is not None else None
        module = getattr(endpoint, "__module__", None)
        return frozenset({module.partition(".")[0]}) if isinstance(module, str) else frozenset()


def look_at_task(loop: asyncio.AbstractEventLoop, frame: FrameType | None) -> Sighting:
    """Which task runs on the loop at this moment, from any thread; `frame` is the loop thread's innermost."""
    task = asyncio.current_task(loop)
    context = read_context(task) if task is not None else find_handle_context(frame)
    request = context.get(current_request) if context is not None else None
    return Sighting(task, request)


def read_context(task: asyncio.Task[object]) -> contextvars.Context | None:
    """The task's context: a method from 3.12 on; on 3.11 the C task shows it to the collector only."""
    if sys.version_info >= (3, 12):
        return task.get_context()
    for referent in gc.get_referents(task):
        if isinstance(referent, contextvars.Context):
            return referent
    return None


def find_handle_context(frame: FrameType | None) -> contextvars.Context | None:
    """The context of a plain callback: asyncio runs it from its own handle, whose frame is on the stack.

    uvloop's handles run in C and cannot be found.
    """
    while frame is not None:
        if frame.f_code is HANDLE_RUN:
            context = getattr(frame.f_locals.get("self"), "_context", None)
            return context if isinstance(context, contextvars.Context) else None
        frame = frame.f_back
    return None


def find_thread_request(frame: FrameType | None) -> Scope | None:
    """The request that a pool's thread works for: `asyncio.to_thread` and anyio run its calls in a copied
    context.
    """
    while frame is not None:
        context = _read_pool_context(frame)
        if context is not None:
            return context.get(current_request)
        frame = frame.f_back
    return None


def _read_pool_context(frame: FrameType) -> contextvars.Context | None:
    """The context out of the pool's own frame; the frames of the called function are not looked into."""
    context: object = None
    if frame.f_code is POOL_RUN:
        call = getattr(frame.f_locals.get("self"), "fn", None)
        context = getattr(getattr(call, "func", None), "__self__", None)
    elif (
        frame.f_code.co_qualname == "WorkerThread.run"
        and frame.f_globals.get("__package__") == ANYIO_BACKENDS
    ):
        context = frame.f_locals.get("context")
    return context if isinstance(context, contextvars.Context) else None


def name_coroutine(task: asyncio.Task[object]) -> str | None:
    """`module.function` of what the task runs."""
    coroutine = task.get_coro()
    qualified = getattr(coroutine, "__qualname__", None)
    if not isinstance(qualified, str):
        return None
    frame = getattr(coroutine, "cr_frame", None)
    module = frame.f_globals.get("__name__") if frame is not None else None
    return f"{module}.{qualified}" if isinstance(module, str) else qualified
