"""Reads the JSON bodies of HTTP requests, checked against a JSON Schema, and whole numbers in query parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from foundation.errors import Invalid, Problem, TooLarge
from foundation.json_schema.checker import check_against
from foundation.strict_json import parse_json

_WHOLE_NUMBER = re.compile(r"(-?)0*([0-9]+)")
_MAX_DIGITS = 20


class StrictJSONParser(BaseParser):
    """Parses a request's body as strict JSON (`parse_json`); an empty body becomes {}.

    Raises TooLarge above the view's `body_limit`, UnsupportedMediaType for a compressed body, Invalid for bad JSON.
    """

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        _refuse_encoded((parser_context or {}).get("request"))
        view = (parser_context or {}).get("view")
        limit: int = getattr(view, "body_limit", settings.BODY_LIMIT)
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(Problem("too_large", f"The body is larger than {limit // 2**20} MB."))
        return parse_json(raw) if raw.strip() else {}


def _refuse_encoded(request: Request | None) -> None:
    """Raises UnsupportedMediaType if the headers declare a compressed body, or a charset other than UTF-8."""
    if request is None:
        return
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity")
    if encoding.strip().lower() not in ("", "identity"):
        detail = "This address takes no compressed body: send it without Content-Encoding."
        raise UnsupportedMediaType(encoding, detail)
    charset = (request._request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(charset, "A body is JSON in UTF-8: send it so, without another charset.")


def read_body(request: Request, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the request's JSON object, checked against a JSON Schema; 3.0 becomes 3 where the schema says integer.

    Raises Invalid with one problem for each bad field: `attr` is the field's dotted path, `code` the rule it breaks.
    """
    body = request.data
    if not isinstance(body, dict):
        raise Invalid(Problem("type", "The body must be a JSON object."))
    checked: dict[str, Any] = check_against(schema, body)
    return checked


def whole_number(query: QueryDict, name: str, *, default: int, at_most: int, at_least: int = 0) -> int:
    """Returns the query parameter as an int, or the default if absent. Raises Invalid if not within the bounds."""
    text = query.get(name)
    if text is None:
        return default
    written = _WHOLE_NUMBER.fullmatch(text)
    # The first digits are enough to see that it is above every bound; int() refuses thousands of digits.
    number = int(written[1] + written[2][:_MAX_DIGITS]) if written else None
    if number is not None and at_least <= number <= at_most:
        return number
    rule = "type" if number is None else "minimum" if number < at_least else "maximum"
    raise Invalid(Problem(rule, f"Must be a whole number between {at_least} and {at_most}.", name))
