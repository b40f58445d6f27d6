"""Serves the description of the REST API: an OpenAPI document at `/api/schema/`, and Swagger UI at `/api/docs/`."""

from __future__ import annotations

import threading
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api_views import APIView

# Parameters of drf-spectacular: the language of its texts, and whether the script of the page is requested.
_LANGUAGE = OpenApiParameter("lang", str)
_SCRIPT = OpenApiParameter("script", bool)
# drf-spectacular fills registries at the first use: a second request at that moment would see them half filled.
_generator_lock = threading.Lock()


class SchemaView(APIView, SpectacularAPIView):
    """Serves the OpenAPI document of the REST API."""

    @extend_schema(exclude=True, parameters=[_LANGUAGE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Returns the OpenAPI document."""
        with _generator_lock:
            answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # the library's
        return answer


class DocsView(APIView, SpectacularSwaggerSplitView):
    """Serves Swagger UI, the page on which people read and try the REST API."""

    @extend_schema(exclude=True, parameters=[_LANGUAGE, _SCRIPT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Returns the page of Swagger UI, or its script."""
        answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # the library's
        return answer
