"""Serves `/health/live` and `/health/ready` for load balancers and supervisors; only signed-in users see details."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import Any

from django.db import Error as DatabaseError
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import factor_problem
from foundation.api_errors import error_body
from foundation.api_views import APIView
from foundation.errors import Problem
from jobs.problems import Code
from scheduler_project.health_monitor import monitor

METHODS = ("GET", "HEAD", "OPTIONS")
SIGN_IN_SECONDS = 0.7
# One sign-in check at a time: if Postgres hangs, the other requests hold no connection.
_sign_in = ThreadPoolExecutor(1, thread_name_prefix="health-sign-in")


@csrf_exempt
def live(request: HttpRequest) -> JsonResponse:
    """Returns 200 while this web process responds; does not check Postgres, Redis or the broker."""
    if request.method in METHODS:
        return JsonResponse({"status": "ok"})
    body = error_body("client_error", (Problem("method_not_allowed", f"There is no {request.method} here."),))
    return JsonResponse(body, status=405, headers={"Allow": ", ".join(METHODS)})


class ReadyView(APIView):
    """Returns 200 while jobs can be created (`degraded` if they cannot run), else 503. Does not wait for Postgres."""

    permission_classes = ()
    schema = None

    def get(self, request: Request) -> Response:
        """Returns the status, and the problems if the caller is signed in."""
        health = monitor.read()
        answer: dict[str, Any] = {"status": health.status}
        away = any(problem.code == Code.DATABASE_UNAVAILABLE for problem in health.problems)
        if not away and _is_signed_in(request):
            answer["problems"] = [problem._asdict() for problem in health.problems]
        return Response(answer, status=503 if health.status == "unavailable" else 200)

    def check_query(self, request: Request) -> None:
        """Allows any query parameters: a probe may add some to bypass caches."""

    def perform_authentication(self, request: Request) -> None:
        """Does nothing: the database may hang; `_is_signed_in` authenticates the caller later, with a timeout."""


def _is_signed_in(request: Request) -> bool:
    """Returns whether the caller is signed in; False also if the database does not answer within SIGN_IN_SECONDS."""
    check: Future[bool] = _sign_in.submit(_check_sign_in, request)
    try:
        return check.result(SIGN_IN_SECONDS)
    except TooLate:
        check.cancel()
        return False


def _check_sign_in(request: Request) -> bool:
    try:
        return request.user.is_authenticated and factor_problem(request) is None
    except (AuthenticationFailed, DatabaseError):
        return False
    finally:
        connections.close_all()
