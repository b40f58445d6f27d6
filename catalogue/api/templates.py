"""Serves the REST routes `templates/` and `templates/{type}/`: lists, creates, changes and deletes job templates."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from accounts.roles import Right
from catalogue import services
from catalogue.api import shapes
from catalogue.api.parameters import FORCE, IF_MATCH, flag, if_match, is_set
from foundation.api_views import APIView
from foundation.errors import Invalid, Problem
from foundation.paging import PAGING, page_of_rows
from templates_app import queries
from templates_app.access import get_seen_template, require_form, types_with
from templates_app.documents import parse_document
from templates_app.services import Stale, refuse_stale

# A PATCH that loses a race against another change of its template is tried again on the new version.
MAX_TRIES = 10


class TemplatesView(APIView):
    rights = {"GET": Right.SEE, "POST": JobRight.EDIT}
    refuses = {"POST": (409,)}
    body_limit = settings.BODY_LIMIT

    @extend_schema(
        operation_id="templates_list",
        parameters=[OpenApiParameter("user_triggered", bool), OpenApiParameter("search", str), *PAGING],
        responses={200: shapes.TEMPLATES},
    )
    def get(self, request: Request) -> Response:
        """Lists every template that is not archived and that you may see, by type."""
        actor = actor_of(request)
        found = queries.list_templates(
            user_triggered=flag(request, "user_triggered"), search=request.query_params.get("search", "")
        )
        seen = found.filter(types_with(actor, JobRight.SEE).condition("type"))
        page = page_of_rows(request, seen, "type")
        return Response(page.as_json(lambda one: shapes.template_shape(one, actor)))

    @extend_schema(
        operation_id="templates_create",
        request={"application/json": shapes.NEW_DOCUMENT},
        responses={201: shapes.TEMPLATE},
    )
    def post(self, request: Request) -> Response:
        """Creates a template; 409 if there is one of that type already."""
        spec = parse_document(_document(request))
        services.save_template(spec=spec, actor=actor_of(request), new=True)
        return Response(_shape(request, spec.type), status=201)


class TemplateView(APIView):
    rights = {"GET": Right.SEE, "PUT": JobRight.EDIT, "PATCH": JobRight.EDIT, "DELETE": JobRight.EDIT}
    refuses = {"PUT": (409,), "PATCH": (409,), "DELETE": (409,)}

    @extend_schema(operation_id="templates_get", responses={200: shapes.TEMPLATE})
    def get(self, request: Request, job_type: str) -> Response:
        """Returns one template's document and its `meta`."""
        shape = _shape(request, job_type)
        return Response(shape, headers={"ETag": f'"{shape["meta"]["version"]}"'})

    @extend_schema(
        operation_id="templates_replace",
        parameters=[IF_MATCH, FORCE],
        request={"application/json": shapes.CHANGED_DOCUMENT},
        responses={200: shapes.TEMPLATE},
    )
    def put(self, request: Request, job_type: str) -> Response:
        """Replaces the document; a change makes a new version.

        409 with a list if the new version rejects payloads of series or waiting jobs, unless `force` is given.
        """
        require_form(actor_of(request), job_type)
        return self._save(request, job_type, _document(request), if_match(request))

    @extend_schema(
        operation_id="templates_change",
        parameters=[IF_MATCH, FORCE],
        request={"application/json": shapes.CHANGED_KEYS},
        responses={200: shapes.TEMPLATE},
    )
    def patch(self, request: Request, job_type: str) -> Response:
        """Replaces some keys of the document; null removes an optional key."""
        for _ in range(MAX_TRIES - 1):
            with suppress(Stale):
                return self._change(request, job_type)
        return self._change(request, job_type)

    @extend_schema(
        operation_id="templates_delete", parameters=[IF_MATCH], request=None, responses={204: None}
    )
    def delete(self, request: Request, job_type: str) -> Response:
        """Deletes a template; one that has jobs is archived instead."""
        services.remove_template(
            job_type=job_type, actor=actor_of(request), expected_version=if_match(request)
        )
        return Response(status=204)

    def _change(self, request: Request, job_type: str) -> Response:
        """Merges the request into the current document and saves it. Raises Stale if the template changed meanwhile."""
        require_form(actor_of(request), job_type)
        read = queries.get_template(job_type)
        refuse_stale(read, if_match(request))
        changes = _document(request)
        document = {**queries.version_spec(job_type, read.version).document, **changes}
        # Only null in this body removes a key: one that the author stored stays, so that an export still has it.
        merged = {key: value for key, value in document.items() if changes.get(key, ...) is not None}
        return self._save(request, job_type, merged, read.version)

    def _save(
        self, request: Request, job_type: str, document: dict[str, object], expected_version: int | None
    ) -> Response:
        spec = parse_document({"type": job_type, **document}, job_type=job_type)
        services.save_template(
            spec=spec,
            actor=actor_of(request),
            expected_version=expected_version,
            force=is_set(request, "force"),
        )
        return Response(_shape(request, job_type))


def _document(request: Request) -> dict[str, object]:
    """Returns the request's JSON object without `meta`, a key that responses add. Raises Invalid if it is no object."""
    if not isinstance(request.data, dict):
        raise Invalid(Problem("type", "The body must be a JSON object."))
    return {key: value for key, value in request.data.items() if key != "meta"}


def _shape(request: Request, job_type: str) -> dict[str, Any]:
    actor = actor_of(request)
    return shapes.template_shape(get_seen_template(actor, job_type), actor)
