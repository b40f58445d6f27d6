"""The Content-Security-Policy: the settings' one for pages, one that allows nothing for data."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

FOR_DATA = "default-src 'none'; frame-ancestors 'none'"


class ContentPolicyMiddleware(CSPMiddleware):
    """An answer of the API runs nothing: its policy need not be put together anew each time."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type") == "application/json":
            response.headers.setdefault(HEADER, FOR_DATA)
            return response
        return super().process_response(request, response)
