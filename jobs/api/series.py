"""Serves the REST routes `series/...`: creates, lists, changes, pauses and previews series of recurring jobs."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from accounts.roles import Right
from foundation.api_bodies import read_body, whole_number
from foundation.api_views import APIView
from foundation.errors import Conflict, Problem
from foundation.paging import PAGING, page_of_rows
from jobs.api import answers, bodies
from jobs.api.creating import IDEMPOTENCY, create_once
from jobs.read import overviews, queries
from jobs.read.filters import read_time
from jobs.read.visibility import visibility_of
from jobs.services import series, series_editing, upcoming
from jobs.services.idempotency import EarlierAnswer
from jobs.services.upcoming import MAX_RUNS

DEFAULT_RUNS = 20
COUNT = OpenApiParameter("count", int, description=f"How many, {MAX_RUNS} at most.")


class AllSeriesView(APIView):
    rights = {"GET": Right.SEE, "POST": JobRight.EDIT}
    refuses = {"POST": (404, 409)}

    @extend_schema(operation_id="series_list", parameters=PAGING, responses={200: answers.ALL_SERIES})
    def get(self, request: Request) -> Response:
        """Every series that you may see, by job type."""
        visibility = visibility_of(actor_of(request))
        seen = visibility.seen_of(overviews.all_series())
        page = page_of_rows(request, seen, "template_id", "created_at", "id")
        return Response(page.as_json_of(overviews.series_list_as_json(page.rows, visibility)))

    @extend_schema(
        operation_id="series_create",
        parameters=[IDEMPOTENCY],
        request={"application/json": bodies.NEW_SERIES},
        responses={201: answers.SERIES, 200: answers.SERIES},
    )
    def post(self, request: Request) -> Response:
        """Create a further series of a job type, with a payload and a timing of its own."""
        fields = read_body(request, bodies.NEW_SERIES)
        result = create_once(
            request,
            fields,
            lambda identity: series_editing.create_series(
                job_type=fields["job_type"], fields=fields, actor=actor_of(request), request=identity
            ),
        )
        if isinstance(result, EarlierAnswer):
            return Response(_created_before(request, uuid.UUID(result.answer["series"])))
        return _answer(request, result, 201)


class OneSeriesView(APIView):
    rights = {"GET": Right.SEE, "PATCH": JobRight.EDIT, "DELETE": JobRight.EDIT}
    refuses = {"PATCH": (409,), "DELETE": (409,)}

    @extend_schema(operation_id="series_get", responses={200: answers.SERIES})
    def get(self, request: Request, series_id: uuid.UUID) -> Response:
        """One series, with its next start and its last job."""
        return _answer(request, series_id)

    @extend_schema(
        operation_id="series_change",
        request={"application/json": bodies.SERIES_CHANGES},
        responses={200: answers.SERIES},
    )
    def patch(self, request: Request, series_id: uuid.UUID) -> Response:
        """Change payload or timing; the waiting job follows. 409 for a template's own series."""
        changes = read_body(request, bodies.SERIES_CHANGES)
        series_editing.change_series(series_id=series_id, changes=changes, actor=actor_of(request))
        return _answer(request, series_id)

    @extend_schema(operation_id="series_delete", request=None, responses={204: None})
    def delete(self, request: Request, series_id: uuid.UUID) -> Response:
        """Delete a series: its waiting job is terminated, a running one may finish. 409 for a template's own series."""
        series_editing.delete_series(series_id=series_id, actor=actor_of(request))
        return Response(status=204)


class PauseView(APIView):
    rights = {"POST": JobRight.EDIT}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="series_pause",
        request={"application/json": bodies.PAUSE},
        responses={200: answers.SERIES},
    )
    def post(self, request: Request, series_id: uuid.UUID) -> Response:
        """Pause a series, until a time if one is given: its waiting job is terminated, a running one may finish."""
        until = read_time(read_body(request, bodies.PAUSE).get("until"), "until")
        series.pause_series(series_id=series_id, actor=actor_of(request), until=until)
        return _answer(request, series_id)


class ResumeView(APIView):
    rights = {"POST": JobRight.EDIT}
    refuses = {"POST": (409,)}

    @extend_schema(operation_id="series_resume", request=None, responses={200: answers.SERIES})
    def post(self, request: Request, series_id: uuid.UUID) -> Response:
        """Continue a paused series with a new waiting job."""
        series.resume_series(series_id=series_id, actor=actor_of(request))
        return _answer(request, series_id)


class RunNowView(APIView):
    rights = {"POST": JobRight.RUN}
    refuses = {"POST": (409,)}

    @extend_schema(operation_id="series_run_now", request=None, responses={200: answers.JOB})
    def post(self, request: Request, series_id: uuid.UUID) -> Response:
        """Make the waiting job of a series due now. 409 while one runs."""
        job_id = series.run_series_now(series_id=series_id, actor=actor_of(request))
        visibility = visibility_of(actor_of(request))
        return Response(queries.job_as_json(job_id, visibility=visibility))


class UpcomingView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="series_upcoming", parameters=[COUNT], responses={200: answers.NEXT_RUNS})
    def get(self, request: Request, series_id: uuid.UUID) -> Response:
        """The next start times; none while the series is paused without an end, or has ended."""
        runs = upcoming.upcoming_runs(series_id=series_id, count=_count(request), actor=actor_of(request))
        return Response({"results": runs})


class PreviewView(APIView):
    rights = {"POST": JobRight.EDIT}
    refuses = {"POST": (404, 409)}

    @extend_schema(
        operation_id="series_preview",
        parameters=[COUNT],
        request={"application/json": bodies.NEXT_RUNS_OF},
        responses={200: answers.NEXT_RUNS},
    )
    def post(self, request: Request) -> Response:
        """The start times that a series with these fields would have. Without a job type only the timing is checked."""
        fields = read_body(request, bodies.NEXT_RUNS_OF)
        results = upcoming.preview_runs(fields=fields, count=_count(request), actor=actor_of(request))
        return Response({"results": results})


def _answer(request: Request, series_id: uuid.UUID, status: int = 200) -> Response:
    visibility = visibility_of(actor_of(request))
    return Response(overviews.series_as_json(series_id, visibility), status=status)


def _created_before(request: Request, series_id: uuid.UUID) -> dict[str, Any]:
    """Returns the JSON of the series that an earlier request with the same Idempotency-Key created, as it is now.

    A deleted series is returned, too. Raises Conflict if the series was removed together with its template.
    """
    visibility = visibility_of(actor_of(request))
    seen = visibility.seen_of(overviews.all_series(archived=None).filter(pk=series_id))
    found = overviews.series_list_as_json(seen, visibility)
    if not found:
        detail = "The series of this Idempotency-Key went with its template: for a new one take another key."
        raise Conflict(Problem("idempotency_key", detail))
    return found[0]


def _count(request: Request) -> int:
    return whole_number(request.query_params, "count", default=DEFAULT_RUNS, at_least=1, at_most=MAX_RUNS)
