"""`/api/schema/` and `/api/docs/`: the API described, for programs and for people."""

from __future__ import annotations

import threading
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api_views import APIView

# The library's own: which language its words are in, and whether the page's script is asked for.
_LANGUAGE = OpenApiParameter("lang", str)
_SCRIPT = OpenApiParameter("script", bool)
# The library fills registries of its process the first time: two requests at that moment would see them half filled.
_generating = threading.Lock()


class SchemaView(APIView, SpectacularAPIView):
    @extend_schema(exclude=True, parameters=[_LANGUAGE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The OpenAPI document."""
        with _generating:
            answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # the library's
        return answer


class DocsView(APIView, SpectacularSwaggerSplitView):
    @extend_schema(exclude=True, parameters=[_LANGUAGE, _SCRIPT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The document as pages."""
        answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # the library's
        return answer
