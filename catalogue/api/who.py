"""Serves the REST route `grants/who/`, for admins only: which users have a right on a job type, and by what."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rights import JobRight
from accounts.roles import Right
from catalogue.who_may import Holder, list_holders
from foundation.api_views import APIView
from foundation.errors import Invalid, Problem
from foundation.paging import PAGING, page_of_list, page_schema
from templates_app.queries import get_template

_RIGHTS = [right.value for right in JobRight]
JOB_TYPE = OpenApiParameter("job_type", str, required=True, description="The type of a template.")
RIGHT = OpenApiParameter("right", {"type": "string", "enum": _RIGHTS, "default": JobRight.RUN.value})
_FIELDS = {
    "name": {"type": "string"},
    "role": {"type": "string"},
    "active": {"type": "boolean"},
    "by": {
        "type": "array",
        "items": {"type": "string"},
        "description": "What gives the right, such as `role operator` or `grant 12 to group ops`.",
    },
}
HOLDER = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}


class WhoView(APIView):
    rights = {"GET": Right.ADMINISTER}
    refuses = {"GET": (404,)}

    @extend_schema(
        operation_id="grants_who",
        parameters=[*PAGING, JOB_TYPE, RIGHT],
        responses={200: page_schema(HOLDER)},
    )
    def get(self, request: Request) -> Response:
        """Lists the users who have a right on a job type, by name, also those who are not active."""
        query = request.query_params
        if JOB_TYPE.name not in query:
            raise Invalid(Problem("required", "Say which: ?job_type=TYPE.", JOB_TYPE.name))
        right = query.get(RIGHT.name, JobRight.RUN.value)
        if right not in _RIGHTS:
            raise Invalid(Problem("enum", f"Write one of: {', '.join(_RIGHTS)}.", RIGHT.name))
        holders = list_holders(get_template(query[JOB_TYPE.name]), JobRight(right))
        return Response(page_of_list(request, holders, lambda one: (one.name,)).as_json(_as_json))


def _as_json(holder: Holder) -> dict[str, Any]:
    return {"name": holder.name, "role": holder.role, "active": holder.active, "by": holder.by}
