"""Each request has an id: in the log lines of its process and in the answer's `X-Request-ID`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from foundation.log_fields import log_fields

HEADER = "X-Request-ID"
# A proxy's or client's own id is taken over if it is one: it must not forge log lines, nor fill them.
_USABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestIdMiddleware:
    """The outermost, so that whatever is logged or answered further in has the id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        request_id = given if _USABLE.fullmatch(given) else uuid.uuid4().hex
        with log_fields(request_id=request_id):
            response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response
