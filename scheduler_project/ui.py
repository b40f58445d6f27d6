"""The single page of the UI, at its own addresses; what is nobody's address is a page of it, too, with status 404."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

# As `frontend/src/app/router.tsx` has them.
ADDRESSES = (
    "",
    "jobs",
    "jobs/new",
    "jobs/:jobId",
    "series",
    "templates",
    "templates/:type",
    "templates/:type/edit",
    "new-template",
)
NONCE_PLACE = "__CSP_NONCE__"
NOT_BUILT = """<!doctype html><title>RestJobScheduler</title><h1>The UI is not built</h1>
<p>Run <code>make run</code>, or <code>npm ci</code> and <code>npm run build</code> in <code>frontend/</code>.
The <a href="/api/v1/">API</a> and the <a href="/admin/">admin</a> work without it."""


@cache
def _page(path: Path, _changed: int) -> str:
    return path.read_text()


@require_safe
@never_cache
@ensure_csrf_cookie
def index(request: HttpRequest) -> HttpResponse:
    return _answer(request)


@never_cache
@ensure_csrf_cookie
def not_found(request: HttpRequest) -> HttpResponse:
    """The same page: at an address that it does not know, the UI says so."""
    response = _answer(request)
    response.status_code = 404
    return response


def urlpatterns() -> list[URLPattern]:
    """The router takes an address with a slash at its end for the same."""
    patterns = (re.sub(":[a-zA-Z]+", "[^/]+", one) for one in ADDRESSES)
    return [re_path(f"^{one}/?$" if one else "^$", index) for one in patterns]


def _answer(request: HttpRequest) -> HttpResponse:
    """With this request's nonce for the styles that the UI's library adds at run time."""
    path = settings.UI_DIST / "index.html"
    try:
        page = _page(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503)
    return HttpResponse(page.replace(NONCE_PLACE, str(request.csp_nonce)))  # type: ignore[attr-defined]  # set by django-csp
