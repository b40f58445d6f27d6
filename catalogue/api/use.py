"""Serves REST routes of one stored job template: its versions, its payload form, and validation of a payload."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from accounts.roles import Right
from catalogue.api import shapes
from foundation.api_bodies import read_body, whole_number
from foundation.api_views import APIView
from foundation.paging import PAGING, page_of_rows
from jobs.services.validation import validate_payload
from templates_app import queries
from templates_app.access import has_right_on_type, require_form
from templates_app.documents import MAX_INT32
from templates_app.models import TemplateVersion
from templates_app.services import version_changes

# Each row has a whole document.
VERSIONS_PER_PAGE = 50


class VersionsView(APIView):
    rights = {"GET": Right.SEE}
    refuses = {"GET": (403,)}

    @extend_schema(operation_id="templates_versions", parameters=PAGING, responses={200: shapes.VERSIONS})
    def get(self, request: Request, job_type: str) -> Response:
        """Lists every version, newest first."""
        require_form(actor_of(request), job_type)
        versions = queries.versions_of(job_type)
        page = page_of_rows(request, versions, "number", descending=True, default=VERSIONS_PER_PAGE)
        return Response(page.as_json(_shape))


class VersionView(APIView):
    rights = {"GET": Right.SEE}
    refuses = {"GET": (403,)}

    @extend_schema(
        operation_id="templates_version",
        parameters=[
            OpenApiParameter("against", int, description="To compare with; by default the previous version.")
        ],
        responses={200: shapes.VERSION},
    )
    def get(self, request: Request, job_type: str, version: int) -> Response:
        """Returns a version, and its changes `against` another: dotted paths with the values before and after."""
        require_form(actor_of(request), job_type)
        before = whole_number(
            request.query_params, "against", default=version - 1, at_least=1, at_most=MAX_INT32
        )
        here = queries.get_version(job_type, version)
        changes = version_changes(queries.get_version(job_type, before), here) if before else []
        return Response(_shape(here) | {"against": before or None, "changes": changes})


class FormView(APIView):
    rights = {"GET": Right.SEE}
    refuses = {"GET": (403,)}

    @extend_schema(operation_id="templates_form", responses={200: shapes.FORM})
    def get(self, request: Request, job_type: str) -> Response:
        """Returns what a form is built from: JSON Schema 2020-12, hints, default values."""
        actor = actor_of(request)
        require_form(actor, job_type)
        may_edit = has_right_on_type(actor, JobRight.EDIT, job_type)
        return Response(shapes.form(queries.current_spec(job_type), may_edit=may_edit))


class ValidateView(APIView):
    rights = {"POST": Right.SEE}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="templates_validate",
        request={"application/json": shapes.PAYLOAD},
        responses={200: shapes.COMPLETED},
    )
    def post(self, request: Request, job_type: str) -> Response:
        """Returns the payload with defaults filled in, or the 400 that creating the job would answer.

        Only the payload is validated. Whether the template is archived or disabled, or has no handler, is checked when
        a job is created.
        """
        actor = actor_of(request)
        require_form(actor, job_type)
        spec = queries.current_spec(job_type)
        body = read_body(request, shapes.PAYLOAD)
        may_edit = has_right_on_type(actor, JobRight.EDIT, job_type)
        return Response({"payload": validate_payload(spec, body["payload"], may_edit=may_edit).payload})


def _shape(version: TemplateVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "created_at": version.created_at,
        "created_by": version.created_by,
        "document": version.document_json,
    }
