"""Serves the REST route `templates/{type}/rollback/`: stores the document of an older template version again."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from catalogue import services
from catalogue.api import shapes
from catalogue.api.parameters import FORCE, IF_MATCH, if_match, is_set
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from templates_app import queries


class RollbackView(APIView):
    rights = {"POST": JobRight.EDIT}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="templates_rollback",
        parameters=[IF_MATCH, FORCE],
        request={"application/json": shapes.ROLLBACK},
        responses={200: shapes.TEMPLATE},
    )
    def post(self, request: Request, job_type: str) -> Response:
        """Stores the document of `version` as a new version, unless the newest is equal. Checked like any change."""
        body = read_body(request, shapes.ROLLBACK)
        services.roll_back_template(
            job_type=job_type,
            version=body["version"],
            actor=actor_of(request),
            expected_version=if_match(request),
            force=is_set(request, "force"),
        )
        return Response(shapes.template_shape(queries.get_template(job_type), actor_of(request)))
