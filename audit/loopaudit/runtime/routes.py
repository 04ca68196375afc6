"""From an ASGI scope to its route template: what the router chose, spelled with every prefix.

Starlette and FastAPI leave the innermost route in `scope["route"]`. Its path lacks the prefix of mounts
(they move into `root_path`, with the values of their parameters) and, since FastAPI 0.137, that of
`include_router` (it is in the effective route that FastAPI keeps beside it). Litestar leaves a template.
Everything else, and every request that no route matched, has no template: raw paths would make labels
without bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

Scope = Mapping[str, object]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})
OTHER_METHOD = "_OTHER"
MAX_MOUNTS = 16
UNKNOWN_MOUNT = "/{mount}"


def read_method(scope: Scope) -> str:
    """The method as a bounded label: clients may invent methods."""
    method = scope.get("method")
    if method is None and scope.get("type") == "websocket":
        return "WEBSOCKET"
    return str(method) if method in METHODS else OTHER_METHOD


def read_template(scope: Scope) -> str | None:
    """The route's template with all prefixes, or None when no route was chosen."""
    route = scope.get("route") or _read_included_route(scope)
    if route is None:
        template = scope.get("path_template")
        return template if isinstance(template, str) else _name_mount_alone(scope)
    path = _read_effective_path(scope, route) or read_path(route)
    if path is None:
        return None
    mounted = _read_mounted_prefix(scope)
    if _is_mount(route):  # nothing below it matched, but it has added its own path to root_path already
        mounted = _drop_last_segments(mounted, path.removesuffix("/{path}").count("/"))
    return name_mounts(scope.get("router"), mounted) + path


def _read_effective_path(scope: Scope, route: object) -> str | None:
    """FastAPI's own answer for routes that came through `include_router`."""
    fastapi = scope.get("fastapi")
    if not isinstance(fastapi, Mapping):
        return None
    context = fastapi.get("effective_route_context")
    if context is None:
        return None
    original = getattr(context, "original_route", None)
    starlette_route = getattr(context, "starlette_route", None)
    if route is original or route is starlette_route or not hasattr(route, "path_format"):
        return read_path(starlette_route) if starlette_route is not None else read_path(context)
    return None


def read_path(route: object) -> str | None:
    """`/users/{id}`: the format is preferred to the path because it leaves out the convertors
    (`{id:int}`).
    """
    for name in ("path_format", "path"):
        path = getattr(route, name, None)
        if isinstance(path, str):
            return path
    return None


def _read_included_route(scope: Scope) -> object | None:
    """FastAPI names no route for a Starlette route that came through `include_router`, but keeps it."""
    fastapi = scope.get("fastapi")
    context = fastapi.get("effective_route_context") if isinstance(fastapi, Mapping) else None
    return getattr(context, "starlette_route", None)


def _name_mount_alone(scope: Scope) -> str | None:
    """A mounted app in which nothing matched: FastAPI leaves no route for the mount itself."""
    mounted = _read_mounted_prefix(scope)
    return name_mounts(scope.get("router"), mounted) + "/{path}" if mounted else None


def _read_mounted_prefix(scope: Scope) -> str:
    """What mounts have added to `root_path`; they keep the first value beside it."""
    root, original = scope.get("root_path"), scope.get("app_root_path")
    if not isinstance(root, str) or not isinstance(original, str):
        return ""
    return root.removeprefix(original)


def _is_mount(route: object) -> bool:
    return hasattr(route, "routes") and hasattr(route, "path_format")


def _drop_last_segments(path: str, count: int) -> str:
    return path.rsplit("/", count)[0] if count else path


def name_mounts(router: object, prefix: str) -> str:
    """The template of a concrete mount prefix, by walking the mounts from the outermost router."""
    named = ""
    for _ in range(MAX_MOUNTS):
        if not prefix:
            return named
        found = _match_mount(router, prefix)
        if found is None:
            return named + UNKNOWN_MOUNT
        path, consumed, router = found
        named, prefix = named + path, prefix[consumed:]
    return named


def _match_mount(router: object, prefix: str) -> tuple[str, int, object] | None:
    for route in _list_routes(router):
        template = read_path(route)
        match = getattr(getattr(route, "path_regex", None), "match", None)
        if template is None or match is None or not template.endswith("/{path}"):
            continue
        found = match(prefix + "/")
        if found is not None and "path" in found.groupdict():
            consumed = found.start("path") - 1
            if consumed > 0:
                return template.removesuffix("/{path}"), consumed, getattr(route, "app", None)
    return None


def _list_routes(router: object) -> Iterator[object]:
    """The router's routes, those of included routers with their prefix."""
    routes = getattr(router, "routes", None)
    for route in cast("Iterable[object]", routes) if isinstance(routes, Iterable) else ():
        contexts = getattr(route, "effective_route_contexts", None)
        if contexts is None:
            yield route
        else:
            yield from (getattr(context, "starlette_route", None) or context for context in contexts())
