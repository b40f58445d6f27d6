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
from jobs.api import answers
from jobs.services import series


class AllSeriesView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="series_list", responses={200: answers.ALL_SERIES})
    def get(self, request: Request) -> Response:
        """Every series, by job type."""
        return Response({"results": overviews.all_series()})


class OneSeriesView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="series_get", responses={200: answers.SERIES})
    def get(self, request: Request, series_id: uuid.UUID) -> Response:
        """One series, with its next start and its last job."""
        return Response(overviews.series_shape(series_id))


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
