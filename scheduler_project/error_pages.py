"""Makes the responses to requests that no view handles or that fail: JSON for programs, the UI's page for people."""

from __future__ import annotations

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from foundation.api_errors import error_body
from foundation.errors import Problem
from scheduler_project import ui

# Below these addresses there are no pages for people.
PROGRAM_PREFIXES = ("/api", "/health", "/metrics", "/hooks", "/ws")
MAX_PATH_CHARACTERS = 200
_BAD_REQUESTS = {
    DisallowedHost: (
        "This server does not answer for the name in the Host header.",
        "Use one of its own names, or add this one to ALLOWED_HOSTS.",
    ),
    TooManyFieldsSent: ("There are too many parameters.", "Send fewer, or several requests."),
    DisallowedModelAdminLookup: ("This list has no such filter.", "Leave it out of the address."),
}
_OTHER_BAD_REQUEST = ("This request cannot be answered: its address or a header is not usable.", None)


def is_for_programs(path: str) -> bool:
    """Returns whether a URL path is below one of PROGRAM_PREFIXES, where programs rather than people send requests."""
    return path.startswith(tuple(f"{prefix}/" for prefix in PROGRAM_PREFIXES)) or path in PROGRAM_PREFIXES


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Returns the response to an unknown address (`handler404`): JSON for programs, elsewhere a page of the UI."""
    return json_not_found(request) if is_for_programs(request.path) else ui.not_found(request)


@csrf_exempt
def json_not_found(request: HttpRequest) -> JsonResponse:
    """Returns a 404 response in the API's error format, with a remedy if only the slash at the end is missing."""
    path = request.path[:MAX_PATH_CHARACTERS]
    remedy = f"Write it with the slash at its end: {path}/" if _lacks_slash(request) else None
    problem = Problem("not_found", f"There is nothing at {path}.", remedy=remedy)
    return JsonResponse(error_body("client_error", (problem,)), status=404)


def _lacks_slash(request: HttpRequest) -> bool:
    try:
        return resolve(f"{request.path_info}/").func is not json_not_found
    except Resolver404:
        return False


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Returns a 400 for a request that Django refuses before any view (`handler400`), such as one with a wrong host."""
    detail, remedy = next(
        (words for kind, words in _BAD_REQUESTS.items() if isinstance(exception, kind)), _OTHER_BAD_REQUEST
    )
    problem = Problem("bad_request", detail, remedy=remedy)
    return JsonResponse(error_body("client_error", (problem,)), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Returns a 500 in the API's error format after an unexpected exception in a view (`handler500`)."""
    problem = Problem("internal_error", "The server failed to answer this; the failure is in its log.")
    return JsonResponse(error_body("server_error", (problem,)), status=500)
