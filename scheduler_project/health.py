"""`/health/live` and `/health/ready`: for load balancers and supervisors; the detail only after a login."""

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

from foundation.api_errors import error_body
from foundation.api_views import APIView
from foundation.errors import Problem
from jobs.problems import Code
from scheduler_project.health_monitor import monitor

METHODS = ("GET", "HEAD", "OPTIONS")
SIGN_IN_SECONDS = 0.7
# One at a time: where Postgres has just frozen, all the others find it busy and hold no connection.
_sign_in = ThreadPoolExecutor(1, thread_name_prefix="health-sign-in")


@csrf_exempt
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; never asks a dependency."""
    if request.method in METHODS:
        return JsonResponse({"status": "ok"})
    body = error_body("client_error", (Problem("method_not_allowed", f"There is no {request.method} here."),))
    return JsonResponse(body, status=405, headers={"Allow": ", ".join(METHODS)})


class ReadyView(APIView):
    """200 while jobs can be created, else 503; `degraded` where they are not run. Waits for no server."""

    permission_classes = ()
    schema = None

    def get(self, request: Request) -> Response:
        health = monitor.read()
        answer: dict[str, Any] = {"status": health.status}
        away = any(problem.code == Code.DATABASE_UNAVAILABLE for problem in health.problems)
        if not away and _is_signed_in(request):
            answer["problems"] = [problem._asdict() for problem in health.problems]
        return Response(answer, status=503 if health.status == "unavailable" else 200)

    def check_query(self, request: Request) -> None:
        """A probe may add parameters, so that no cache answers it."""

    def perform_authentication(self, request: Request) -> None:
        """Not before the database is known to answer: sessions and tokens live there."""


def _is_signed_in(request: Request) -> bool:
    """A token that has expired, or a look at it that takes too long, costs the detail only."""
    looked: Future[bool] = _sign_in.submit(_look, request)
    try:
        return looked.result(SIGN_IN_SECONDS)
    except TooLate:
        looked.cancel()
        return False


def _look(request: Request) -> bool:
    try:
        return request.user.is_authenticated
    except (AuthenticationFailed, DatabaseError):
        return False
    finally:
        connections.close_all()
