"""Sets the headers that every response has: what a page may load, and that nobody stores what it shows."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

FOR_DATA = "default-src 'none'; frame-ancestors 'none'"


class ResponseHeadersMiddleware(CSPMiddleware):
    """Sets the headers Content-Security-Policy and Cache-Control, each unless the response has one already.

    JSON responses get a policy that allows nothing; django-csp gives all others the policy of the settings.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Returns the response with both headers."""
        # What somebody may read now, nobody may find later in the cache of a browser or a proxy. Static files say more.
        response.headers.setdefault("Cache-Control", "no-store")
        if response.headers.get("Content-Type") == "application/json":
            response.headers.setdefault(HEADER, FOR_DATA)
            return response
        return super().process_response(request, response)
