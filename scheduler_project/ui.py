"""Serves the single HTML page of the UI at its addresses, and with status 404 at unknown ones."""

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

# The same as in `frontend/src/app/router.tsx`.
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
    "settings",
    "access",
    "access/users",
    "access/groups",
    "access/grants",
    "access/secrets",
    "access/audit",
)
NONCE_PLACEHOLDER = "__CSP_NONCE__"
NOT_BUILT = """<!doctype html><title>RestJobScheduler</title><h1>The UI is not built</h1>
<p>Run <code>make run</code>, or <code>npm ci</code> and <code>npm run build</code> in <code>frontend/</code>.
The <a href="/api/v1/">API</a> and the <a href="/admin/">admin</a> work without it."""


@cache
def _read_page(path: Path, _modified: int) -> str:
    """Returns the HTML of the UI's page; it is cached until `_modified`, the file's modification time, changes."""
    return path.read_text()


@require_safe
@never_cache
@ensure_csrf_cookie
def index(request: HttpRequest) -> HttpResponse:
    """Returns the HTML page of the UI, which then shows what belongs to the address."""
    return _render(request)


@never_cache
@ensure_csrf_cookie
def not_found(request: HttpRequest) -> HttpResponse:
    """Returns the UI's page with status 404; the UI itself shows that the address is unknown."""
    response = _render(request)
    response.status_code = 404
    return response


def urlpatterns() -> list[URLPattern]:
    """Returns the URL patterns of ADDRESSES, each also with a slash at its end, as the UI's router accepts both."""
    patterns = (re.sub(":[a-zA-Z]+", "[^/]+", one) for one in ADDRESSES)
    return [re_path(f"^{one}/?$" if one else "^$", index) for one in patterns]


def _render(request: HttpRequest) -> HttpResponse:
    """Returns the UI's page with this request's CSP nonce, which its styles need; status 503 if the UI is not built."""
    path = settings.UI_DIST / "index.html"
    try:
        page = _read_page(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503)
    return HttpResponse(page.replace(NONCE_PLACEHOLDER, str(request.csp_nonce)))  # type: ignore[attr-defined]  # set by django-csp
