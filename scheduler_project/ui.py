"""The single page of the UI, for every address that is not the API's, the admin's or a file's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie

NONCE_PLACE = "__CSP_NONCE__"
NOT_BUILT = """<!doctype html><title>RestJobScheduler</title><h1>The UI is not built</h1>
<p>Run <code>make run</code>, or <code>npm ci</code> and <code>npm run build</code> in <code>frontend/</code>.
The <a href="/api/v1/">API</a> and the <a href="/admin/">admin</a> work without it."""


@cache
def _page(path: Path, _changed: int) -> str:
    return path.read_text()


@never_cache
@ensure_csrf_cookie
def index(request: HttpRequest) -> HttpResponse:
    """The page with this request's nonce for the styles that the UI's library adds at run time."""
    path = settings.UI_DIST / "index.html"
    try:
        page = _page(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503)
    return HttpResponse(page.replace(NONCE_PLACE, str(request.csp_nonce)))  # type: ignore[attr-defined]  # set by django-csp
