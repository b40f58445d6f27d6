"""Serves the REST routes `templates/import/` and `templates/export/`: all job templates as one JSON file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from accounts.roles import Right
from catalogue import export, importing
from catalogue.api import shapes
from catalogue.api.parameters import FORCE, flag, is_set
from foundation.api_renderers import BrowsableRenderer, OrjsonRenderer
from foundation.api_views import APIView
from foundation.errors import AppError, Invalid, Problem
from templates_app.documents import parse_file


class FileRenderer(OrjsonRenderer):
    """Renders an export as the same text as `manage.py export_templates`, so that version control sees no change."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return export.as_file(data).encode()


class ImportView(APIView):
    rights = {"POST": JobRight.EDIT}
    refuses = {"POST": (409,)}
    body_limit = settings.BULK_BODY_LIMIT

    def handle_exception(self, exc: Exception) -> Response:
        """Adds to each problem of a 400 response the `value` in the file, and as `remedy` what to write instead."""
        if isinstance(exc, AppError) and exc.status == 400:
            exc.problems = importing.with_remedies(exc.problems)
        return super().handle_exception(exc)

    @extend_schema(
        operation_id="templates_import",
        parameters=[OpenApiParameter("dry_run", bool), OpenApiParameter("prune", bool), FORCE],
        request={"application/json": shapes.IMPORTED},
        responses={200: shapes.REPORT},
    )
    def post(self, request: Request) -> Response:
        """Stores every template of the file, or none. `prune` archives the templates that are not in it. `dry_run`
        stores nothing and reports what would change in each template."""
        if not int(request.META.get("CONTENT_LENGTH") or 0):
            raise Invalid(Problem("required", "The body is empty.", remedy="Send the file as the body."))
        report = importing.import_templates(
            specs=parse_file(request.data),
            actor=actor_of(request),
            dry_run=is_set(request, "dry_run"),
            # A bare `?prune` is refused, so that nothing is archived because a value is missing.
            prune=flag(request, "prune") is True,
            force=is_set(request, "force"),
        )
        return Response(report.as_json())


class ExportView(APIView):
    rights = {"GET": Right.SEE}
    renderer_classes = [FileRenderer, BrowsableRenderer]

    @extend_schema(operation_id="templates_export", responses={200: shapes.DOCUMENTS})
    def get(self, request: Request) -> Response:
        """Returns the authors' documents, ready to be imported again. Restricted ones you may not edit are left out."""
        return Response(export.export_documents(actor_of(request)))
