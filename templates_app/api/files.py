"""`templates/import/` and `templates/export/`: the whole file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import actor_of
from accounts.roles import Right
from jobs.services import catalogue
from scheduler_project.api_bodies import BrowsableRenderer, OrjsonRenderer
from templates_app import transfer
from templates_app.api import shapes
from templates_app.api.templates import FORCE, wanted
from templates_app.documents import parse_file


class FileRenderer(OrjsonRenderer):
    """The very text that `manage.py export_templates` writes, so that the two make no difference in version control."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return transfer.as_file(data).encode()


class ImportView(APIView):
    rights = {"POST": Right.EDIT}
    body_limit = settings.BULK_BODY_LIMIT

    @extend_schema(
        operation_id="templates_import",
        parameters=[OpenApiParameter("dry_run", bool), OpenApiParameter("prune", bool), FORCE],
        request={"application/json": shapes.DOCUMENTS},
        responses={200: shapes.REPORT},
    )
    def post(self, request: Request) -> Response:
        """Store every template of the file, or none. `prune` archives what it leaves out. `dry_run` only tells,
        with what would change in each template."""
        report = catalogue.import_templates(
            specs=parse_file(request.data),
            actor=actor_of(request),
            dry_run=wanted(request, "dry_run"),
            prune=wanted(request, "prune"),
            force=wanted(request, "force"),
        )
        return Response(report.as_json())


class ExportView(APIView):
    rights = {"GET": Right.SEE}
    renderer_classes = [FileRenderer, BrowsableRenderer]

    @extend_schema(operation_id="templates_export", responses={200: shapes.DOCUMENTS})
    def get(self, request: Request) -> Response:
        """The authors' documents, ready to be imported again."""
        return Response(transfer.export_documents())
