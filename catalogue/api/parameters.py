"""Declares and reads the request parameters that several REST routes of job templates share."""

from __future__ import annotations

import re

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from foundation.errors import Invalid, Problem

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='The version that you edited, like "3"; 409 if it is not the newest.',
)

FORCE = OpenApiParameter(
    "force",
    bool,
    description="Stores it although series or waiting jobs would be rejected: they stay on the previous version.",
)


def if_match(request: Request) -> int | None:
    """Returns the version in the header `If-Match: "3"`; None if it is absent or `*`. Raises Invalid for other text."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    match = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', header)
    if match is None:
        raise Invalid(Problem("if_match", 'Write the version in quotes: If-Match: "3".'))
    return int(match[1])


def flag(request: Request, name: str) -> bool | None:
    """Returns a boolean query parameter; None if it is absent. Raises Invalid for anything but true, false, 1 and 0."""
    if name not in request.query_params:
        return None
    text = request.query_params[name].lower()
    if text not in {"true", "false", "1", "0"}:
        raise Invalid(Problem("enum", "Write true or false.", name))
    return text in {"true", "1"}


def is_set(request: Request, name: str) -> bool:
    """Returns whether a query parameter is true. `?dry_run` without a value is true, so that it never imports."""
    return request.query_params.get(name) == "" or flag(request, name) is True
