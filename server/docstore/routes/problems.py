"""Every error as `application/problem+json`: one place, so that no endpoint answers in a way of its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from docstore.errors import Member, Problem, Unprocessable
from docstore.routes.shapes import ProblemDocument

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# For the OpenAPI document: any operation may answer with a problem.
PROBLEM_RESPONSES: dict[int | str, dict[str, object]] = {
    "default": {"description": "A problem (RFC 9457)", "content": {MEDIA_TYPE: {}}, "model": ProblemDocument}
}


def install_problems(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(Problem, answer_problem)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(Exception, answer_unforeseen)


def as_response(request: Request, problem: Problem) -> Response:
    """The problem document."""
    return problem_response(
        request.url.path,
        {"type": problem.slug, "title": problem.title, "status": problem.status, "detail": problem.detail},
        members=problem.members,
        headers=problem.headers,
    )


def problem_response(
    instance: str,
    document: dict[str, Member],
    *,
    members: Mapping[str, Member] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Standard members win over extra ones of the same name."""
    status = document["status"]
    assert isinstance(status, int)
    body = {
        **(members or {}),
        **document,
        "type": f"urn:docstore:problem:{document['type']}",
        "instance": instance,
    }
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


async def answer_problem(request: Request, error: Exception) -> Response:
    """One of ours."""
    assert isinstance(error, Problem)
    return as_response(request, error)


async def answer_invalid(request: Request, error: Exception) -> Response:
    """A field that pydantic refused: each with its place and its sentence, never with the input."""
    assert isinstance(error, RequestValidationError)
    errors = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
    return as_response(
        request,
        Unprocessable(f"The request is not acceptable: {'; '.join(errors)}.", members={"errors": errors}),
    )


async def answer_http(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: no such path, wrong method, a broken body."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, Problem):
        # FastAPI wraps whatever is raised while it reads a body, our limits among it.
        return as_response(request, error.__cause__)
    detail = {
        404: "There is nothing at this path; /openapi.json lists what there is.",
        405: f"{request.method} is not possible at this path; /openapi.json lists what is.",
    }.get(error.status_code, f"{error.detail}.")
    document: dict[str, Member] = {
        "type": f"http-{error.status_code}",
        "title": str(error.detail),
        "status": error.status_code,
        "detail": detail,
    }
    return problem_response(request.url.path, document, headers=error.headers)


async def answer_unforeseen(request: Request, error: Exception) -> Response:
    """A defect of ours: the log has the traceback, the client a sentence without our insides."""
    log.error("unforeseen error at %s %s", request.method, request.scope["path"], exc_info=error)
    return as_response(request, Problem("The service made a mistake; its log says which. Try again later."))
