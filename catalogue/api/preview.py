"""Serves the REST route `template-preview/`: checks a template document while it is being written; stores nothing."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from catalogue.api import shapes
from catalogue.rights import require_storable
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.errors import AppError
from jobs.services.upcoming import next_runs_of_template
from jobs.services.validation import validate_payload
from templates_app.documents import TemplateSpec, parse_document
from templates_app.models import JobTemplate
from templates_app.services import prepare_template
from templates_app.unbound import warnings_of

MAX_RUNS_SHOWN = 5


class PreviewView(APIView):
    rights = {"POST": JobRight.EDIT}

    @extend_schema(
        operation_id="templates_preview",
        request={"application/json": shapes.PREVIEW_OF},
        responses={200: shapes.PREVIEW},
    )
    def post(self, request: Request) -> Response:
        """Checks a document that is not stored: its form, or all its problems; with `payload`, also its validation.

        `next_runs` are the first start times of a series of the template, if it recurs.
        """
        body = read_body(request, shapes.PREVIEW_OF)
        try:
            parsed = parse_document(body["document"], job_type=body.get("job_type"))
            stored = JobTemplate.objects.filter(type=parsed.type).first()
            # Before secrets are copied from what is stored: a preview must not make use of those of others.
            require_storable(actor_of(request), parsed, stored)
            spec = prepare_template(parsed).spec
        except AppError as exc:
            return Response(_NOTHING | {"problems": [problem.as_json() for problem in exc.problems]})
        shown = {
            "warnings": [problem.as_json() for problem in warnings_of(spec)],
            "form": shapes.form(spec, may_edit=True),
        }
        shown["next_runs"] = next_runs_of_template(spec, count=MAX_RUNS_SHOWN)
        trial = {"trial": _trial(spec, body["payload"])} if "payload" in body else {}
        return Response(_NOTHING | shown | trial)


_NOTHING: dict[str, Any] = {
    "problems": [],
    "warnings": [],
    "form": None,
    "trial": None,
    "next_runs": [],
}


def _trial(spec: TemplateSpec, payload: object) -> dict[str, Any]:
    """Returns the payload with defaults filled in, or its errors, as if the template were stored already."""
    try:
        return {"payload": validate_payload(spec, payload, may_edit=True).payload, "errors": []}
    except AppError as exc:
        return {"payload": None, "errors": [problem.as_json() for problem in exc.problems]}
