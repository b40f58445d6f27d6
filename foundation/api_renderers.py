"""Renders the API's responses as JSON or as pages of the browsable API, and chooses between the two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request

from foundation.strict_json import dump_json


class OrjsonRenderer(BaseRenderer):
    """Renders a response as JSON with orjson, which is fast: rendering takes most of the time of a list request."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if data is None:
            return b""
        # The browsable API asks for indented JSON.
        return dump_json(data, indented=bool((renderer_context or {}).get("indent")))


class Negotiation(DefaultContentNegotiation):
    """Chooses the renderer of a response.

    A request without query string that accepts `*/*` or `application/json` gets JSON at once; DRF negotiates the rest.
    """

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        """Returns the renderers for `?format=`. Raises NotAcceptable (406) if none fits, where DRF would answer 404."""
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
        negotiated: tuple[BaseRenderer, str] = super().select_renderer(
            request, [first, *others], format_suffix
        )
        return negotiated


class BrowsableRenderer(BrowsableAPIRenderer):
    """Renders the browsable API without the code highlighter's <style>, which the Content-Security-Policy forbids."""

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(*args, **kwargs), "code_style": None}
