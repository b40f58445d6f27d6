"""Answers every error of the API in one shape: `{"type", "errors": [{"code", "detail", "attr"}]}`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from foundation import schema_guard
from foundation.database_errors import describe, is_schema_mismatch, is_temporary, is_unreachable
from foundation.errors import AppError, NotFound, Problem, TooLarge, Unavailable

log = logging.getLogger(__name__)

_TEXT = {"type": "string"}
# The JSON Schema of what `Problem.as_json` returns.
PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "code": {
            **_TEXT,
            "description": "Which rule, such as `required`, `unknown_parameter` or `duplicate_key`.",
        },
        "detail": {**_TEXT, "description": "What is wrong, as a sentence for people."},
        "attr": {
            "type": ["string", "null"],
            "description": "Where: a dotted path such as `payload.user_id`.",
        },
        "value": {"description": "The value at that place; only in answers about templates."},
        "remedy": {**_TEXT, "description": "What to write instead, where that is known."},
    },
    "required": ["code", "detail", "attr"],
}
DATABASE_AWAY = Unavailable(
    Problem(
        "database_unavailable", "The database is not reachable right now; nothing was changed. Try again."
    )
)
DATABASE_BUSY = Unavailable(
    Problem("database_busy", "The database did not get to this in time; nothing was changed. Try again.")
)


def error_body(kind: str, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Returns the JSON body of an error response: `type` is the kind of error, `errors` lists the problems."""
    return {"type": kind, "errors": [problem.as_json() for problem in problems]}


def answer_error(exc: Exception, _context: dict[str, Any]) -> Response | None:
    """Returns the HTTP response for an exception of an API view; Django REST framework's exception handler.

    Returns None for an exception that is not a known error; Django then answers 500.
    """
    error = _as_app_error(exc)
    if error is None:
        return None
    set_rollback()
    headers = dict(getattr(exc, "extra_headers", {}))
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(exc, exceptions.APIException):
        if auth := getattr(exc, "auth_header", None):
            headers["WWW-Authenticate"] = auth
        if wait := getattr(exc, "wait", None):
            headers["Retry-After"] = str(int(wait) + 1)
    elif wait := getattr(exc, "retry_after", None):
        headers["Retry-After"] = str(wait)
    return Response(error_body(error.type, error.problems), status=error.status, headers=headers)


def _as_app_error(exc: Exception) -> AppError | None:
    if isinstance(exc, AppError):
        return exc
    if isinstance(exc, Http404):
        return NotFound(Problem("not_found", "There is nothing at this address."))
    if isinstance(exc, PermissionDenied):
        return _from_drf(exceptions.PermissionDenied())
    if isinstance(exc, RequestDataTooBig):
        return TooLarge(Problem("too_large", "The body is larger than this address takes."))
    if isinstance(exc, DatabaseError):
        return _unavailable(exc)
    if isinstance(exc, exceptions.APIException):
        return _from_drf(exc)
    return None


def _from_drf(exc: exceptions.APIException) -> AppError:
    detail = exc.detail if isinstance(exc.detail, str) else exc.default_detail
    error = AppError(Problem(getattr(detail, "code", exc.default_code), str(detail)))
    error.status = exc.status_code
    return error


def _unavailable(exc: DatabaseError) -> Unavailable | None:
    """Logs a database error after which a retry may succeed, and returns the 503 error for it; None for any other."""
    if not is_temporary(exc):
        return None
    log.warning("%s", describe(exc))
    return DATABASE_AWAY if is_unreachable(exc) else DATABASE_BUSY


class DatabaseAwayMiddleware:
    """Answers 503 outside API views, for example in the admin, while the database or another server is unavailable.

    Logs any other database error of such a view; if a table or column is missing, requests a check of the schema.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, exc: Exception) -> HttpResponse | None:
        error = exc if isinstance(exc, Unavailable) else None
        if isinstance(exc, DatabaseError):
            error = _unavailable(exc)
            if error is None:
                log.error("%s", describe(exc))
                if is_schema_mismatch(exc):
                    schema_guard.check_soon()
        if error is None:
            return None
        body = error_body(error.type, error.problems)
        return JsonResponse(body, status=error.status, headers={"Retry-After": str(error.retry_after)})
