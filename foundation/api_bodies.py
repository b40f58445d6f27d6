"""What comes in and goes out over HTTP: strict JSON bodies, checked against a JSON Schema, and fast answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict
from rest_framework.exceptions import NotAcceptable, UnsupportedMediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request

from foundation.errors import Invalid, Problem, TooLarge
from foundation.json_schema.checker import check_against
from foundation.strict_json import dump_json, parse_json

_WHOLE_NUMBER = re.compile(r"(-?)0*([0-9]+)")
_MAX_DIGITS = 20


class StrictJSONParser(BaseParser):
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
    """Raises UnsupportedMediaType for a body that is said to be compressed, or in another encoding than UTF-8."""
    if request is None:
        return
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity")
    if encoding.strip().lower() not in ("", "identity"):
        detail = "This address takes no compressed body: send it without Content-Encoding."
        raise UnsupportedMediaType(encoding, detail)
    charset = (request._request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(charset, "A body is JSON in UTF-8: send it so, without another charset.")


class OrjsonRenderer(BaseRenderer):
    """Dicts of datetimes and UUIDs straight to JSON: lists spend most of their time here."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if data is None:
            return b""
        # People who browse the API get it indented.
        return dump_json(data, indented=bool((renderer_context or {}).get("indent")))


class Negotiation(DefaultContentNegotiation):
    """Who says what programs say gets JSON; only other wishes are weighed."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        """A kind of answer that there is not is none to be had, however it is asked for."""
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise NotAcceptable
        return found

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *others = renderers
        if request.META.get("HTTP_ACCEPT") in ("*/*", first.media_type) and not request.META.get(
            "QUERY_STRING"
        ):
            return first, first.media_type or ""
        weighed: tuple[BaseRenderer, str] = super().select_renderer(request, [first, *others], format_suffix)
        return weighed


class BrowsableRenderer(BrowsableAPIRenderer):
    """The API as pages. Without the code highlighter's style element, which our security policy forbids."""

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(*args, **kwargs), "code_style": None}


def read_body(request: Request, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The request's body, checked against a JSON Schema of an object; its whole numbers are ints.

    Raises Invalid with one problem a field, `attr` the dotted path, `code` the failed keyword.
    """
    body = request.data
    if not isinstance(body, dict):
        raise Invalid(Problem("type", "The body must be a JSON object."))
    checked: dict[str, Any] = check_against(schema, body)
    return checked


def whole_number(query: QueryDict, name: str, *, default: int, at_most: int, at_least: int = 0) -> int:
    """A parameter of the address. Raises Invalid for anything but such a number."""
    text = query.get(name)
    if text is None:
        return default
    written = _WHOLE_NUMBER.fullmatch(text)
    # Of thousands of digits so many do: no bound has more.
    number = int(written[1] + written[2][:_MAX_DIGITS]) if written else None
    if number is not None and at_least <= number <= at_most:
        return number
    rule = "type" if number is None else "minimum" if number < at_least else "maximum"
    raise Invalid(Problem(rule, f"Must be a whole number between {at_least} and {at_most}.", name))
