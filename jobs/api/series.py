"""`series/`: the chains of recurring jobs."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import actor_of
from accounts.roles import Right
from jobs import overviews, queries
from jobs.api import answers, bodies
from jobs.services import series, series_editing
from scheduler_project.api_bodies import read_body


class AllSeriesView(APIView):
    rights = {"GET": Right.SEE, "POST": Right.EDIT}

    @extend_schema(operation_id="series_list", responses={200: answers.ALL_SERIES})
    def get(self, request: Request) -> Response:
        """Every series, by job type."""
        return Response({"results": overviews.all_series()})

    @extend_schema(
        operation_id="series_create",
        request={"application/json": bodies.NEW_SERIES},
        responses={201: answers.SERIES, (400, "application/json"): answers.ERRORS},
    )
    def post(self, request: Request) -> Response:
        """A further series, with a payload and a timing of its own."""
        wish = read_body(request, bodies.NEW_SERIES)
        series_id = series_editing.create_series(
            job_type=wish["job_type"], wish=wish, actor=actor_of(request)
        )
        return Response(overviews.series_shape(series_id), status=201)


class OneSeriesView(APIView):
    rights = {"GET": Right.SEE, "PATCH": Right.EDIT, "DELETE": Right.EDIT}

    @extend_schema(operation_id="series_get", responses={200: answers.SERIES})
    def get(self, request: Request, series_id: uuid.UUID) -> Response:
        """One series, with its next start and its last job."""
        return Response(overviews.series_shape(series_id))

    @extend_schema(
        operation_id="series_change",
        request={"application/json": bodies.SERIES_CHANGES},
        responses={200: answers.SERIES},
    )
    def patch(self, request: Request, series_id: uuid.UUID) -> Response:
        """Change payload or timing; the waiting job moves along. A template's own series is 409."""
        changes = read_body(request, bodies.SERIES_CHANGES)
        series_editing.change_series(series_id=series_id, changes=changes, actor=actor_of(request))
        return Response(overviews.series_shape(series_id))

    @extend_schema(operation_id="series_delete", request=None, responses={204: None})
    def delete(self, request: Request, series_id: uuid.UUID) -> Response:
        """End it: its waiting job ends, a running one may finish. A template's own series is 409."""
        series_editing.delete_series(series_id=series_id, actor=actor_of(request))
        return Response(status=204)


class PauseView(APIView):
    rights = {"POST": Right.EDIT}

    @extend_schema(operation_id="series_pause", request=None, responses={200: answers.SERIES})
    def post(self, request: Request, series_id: uuid.UUID) -> Response:
        """End the waiting job and start no further one; a running one may finish."""
        series.pause_series(series_id=series_id, actor=actor_of(request))
        return Response(overviews.series_shape(series_id))


class ResumeView(APIView):
    rights = {"POST": Right.EDIT}

    @extend_schema(operation_id="series_resume", request=None, responses={200: answers.SERIES})
    def post(self, request: Request, series_id: uuid.UUID) -> Response:
        """Start the next number."""
        series.resume_series(series_id=series_id, actor=actor_of(request))
        return Response(overviews.series_shape(series_id))


class RunNowView(APIView):
    rights = {"POST": Right.OPERATE}

    @extend_schema(operation_id="series_run_now", request=None, responses={200: answers.JOB})
    def post(self, request: Request, series_id: uuid.UUID) -> Response:
        """Make the waiting job due; 409 while one runs."""
        job_id = series.run_series_now(series_id=series_id, actor=actor_of(request))
        return Response(queries.whole(job_id))
