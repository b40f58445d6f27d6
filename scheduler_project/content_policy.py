"""Sets the Content-Security-Policy header: the policy of the settings for pages, one that allows nothing for JSON."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

FOR_DATA = "default-src 'none'; frame-ancestors 'none'"


class ContentPolicyMiddleware(CSPMiddleware):
    """Gives JSON responses a policy that allows nothing, and leaves all other responses to django-csp."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Returns the response with its Content-Security-Policy header."""
        if response.headers.get("Content-Type") == "application/json":
            response.headers.setdefault(HEADER, FOR_DATA)
            return response
        return super().process_response(request, response)
