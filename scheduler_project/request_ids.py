"""Gives each HTTP request an id, for its log lines and the `X-Request-ID` header of its response."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from foundation.log_fields import log_fields

HEADER = "X-Request-ID"
_IN_META = "HTTP_X_REQUEST_ID"
# The id of a proxy or client is used if it has this form, so that it can neither forge nor fill log lines.
_VALID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestIdMiddleware:
    """Sets the id of each HTTP request; as the outermost middleware, it reaches all log lines and responses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get(_IN_META, "")  # `request.headers` would parse all headers
        request_id = given if _VALID.fullmatch(given) else uuid.uuid4().hex
        with log_fields(request_id=request_id):
            response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response
