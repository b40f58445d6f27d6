"""Answers what reaches no view, or fails in one: JSON below the addresses for programs, pages of the UI elsewhere."""

from __future__ import annotations

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from foundation.api_errors import error_body
from foundation.errors import Problem
from scheduler_project import ui

# Below these addresses nothing is a page for people.
PROGRAM_PREFIXES = ("/api", "/health", "/metrics", "/hooks", "/ws")
MAX_SHOWN_PATH = 200
_BAD_REQUESTS = {
    DisallowedHost: (
        "This server does not answer for the name in the Host header.",
        "Use one of its own names, or add this one to ALLOWED_HOSTS.",
    ),
    TooManyFieldsSent: ("There are too many parameters.", "Send fewer, or several requests."),
    DisallowedModelAdminLookup: ("This list has no such filter.", "Leave it out of the address."),
}
_OTHERWISE_BAD = ("This request cannot be answered: its address or a header is not usable.", None)


def is_for_programs(path: str) -> bool:
    return path.startswith(tuple(f"{prefix}/" for prefix in PROGRAM_PREFIXES)) or path in PROGRAM_PREFIXES


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404: the API's own shape for programs, elsewhere a page of the UI."""
    return nobodys(request) if is_for_programs(request.path) else ui.not_found(request)


@csrf_exempt
def nobodys(request: HttpRequest) -> JsonResponse:
    """404 in the API's own shape, which tells who forgot the slash at the end where it belongs."""
    path = request.path[:MAX_SHOWN_PATH]
    remedy = f"Write it with the slash at its end: {path}/" if _lacks_slash(request) else None
    problem = Problem("not_found", f"There is nothing at {path}.", remedy=remedy)
    return JsonResponse(error_body("client_error", (problem,)), status=404)


def _lacks_slash(request: HttpRequest) -> bool:
    try:
        return resolve(f"{request.path_info}/").func is not nobodys
    except Resolver404:
        return False


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400: what Django refuses before any view, such as another host's name or thousands of parameters."""
    detail, remedy = next(
        (words for kind, words in _BAD_REQUESTS.items() if isinstance(exception, kind)), _OTHERWISE_BAD
    )
    problem = Problem("bad_request", detail, remedy=remedy)
    return JsonResponse(error_body("client_error", (problem,)), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: says that it is our fault, in the API's shape."""
    problem = Problem("internal_error", "The server failed to answer this; the failure is in its log.")
    return JsonResponse(error_body("server_error", (problem,)), status=500)
