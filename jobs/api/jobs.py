"""Serves the REST routes `jobs/`, `jobs/bulk/` and `jobs/counts/`: creates, lists and counts jobs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.cached_auth import CachedAuthView, cached_token_digest
from accounts.permissions import actor_of
from accounts.rights import JobRight
from accounts.roles import Right
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.paging import PAGE_SIZE
from jobs.api import answers, bodies
from jobs.api.creating import IDEMPOTENCY, IDEMPOTENCY_KEY, create, create_once
from jobs.api.listing import AFTER, BEFORE, page
from jobs.read import overviews, queries, windows
from jobs.read.filters import from_query, read_time
from jobs.read.shapes import listed_job
from jobs.read.visibility import visibility_of
from jobs.services.idempotency import EarlierAnswer
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.states import Reason

FILTERS = [
    OpenApiParameter("state", {"type": "array", "items": answers.STATE}, description="Repeatable."),
    OpenApiParameter("job_type", {"type": "array", "items": answers.TEXT}, description="Repeatable."),
    OpenApiParameter("queue", {"type": "array", "items": answers.TEXT}, description="Repeatable."),
    OpenApiParameter("created_after", answers.TIME),
    OpenApiParameter("created_before", answers.TIME),
    OpenApiParameter("ended_after", answers.TIME),
    OpenApiParameter("ended_before", answers.TIME),
    OpenApiParameter("created_by", str),
    OpenApiParameter("series", answers.ID),
    OpenApiParameter("rerun_of", answers.ID),
    OpenApiParameter("reason", {"type": "string", "enum": [reason.value for reason in Reason]}),
    OpenApiParameter(
        "search", str, description="An id or its beginning, or a part of the type's or the author's name."
    ),
]


class JobsView(CachedAuthView):
    rights = {"GET": Right.SEE, "POST": JobRight.RUN}
    refuses = {"POST": (404, 409)}

    def may_use_cache(self, request: HttpRequest) -> bool:
        """Returns whether the caller's API token may come from a cache: only for a POST without an Idempotency-Key."""
        return super().may_use_cache(request) and IDEMPOTENCY_KEY not in request.META

    @extend_schema(
        operation_id="jobs_list",
        parameters=[*FILTERS, PAGE_SIZE, BEFORE, AFTER],
        responses={200: answers.PAGE},
    )
    def get(self, request: Request) -> Response:
        """Jobs you may see, newest first, a page at a time: follow `next`. A slow one may end at `searched_until`."""
        job_filter = from_query(request.query_params)
        since = windows.searched_since() if job_filter.search else None
        visibility = visibility_of(actor_of(request))
        found = page(request, job_filter, visibility, since=since)
        facts = queries.waiting_facts()
        results = [listed_job(row, facts=facts, visibility=visibility) for row in found.rows]
        answer = {"next": found.older, "previous": found.newer, "results": results}
        until = found.searched_until or since
        return Response({**answer, "searched_until": until} if until or job_filter.search else answer)

    @extend_schema(
        operation_id="jobs_create",
        parameters=[IDEMPOTENCY],
        request={"application/json": bodies.NEW_JOB},
        responses={201: answers.JOB, 200: answers.JOB},
    )
    def post(self, request: Request) -> Response:
        """Create a job of a template. It is checked in full before a row exists."""
        body = read_body(request, bodies.NEW_JOB)
        return create(request, read_submission(body), body)


class BulkView(CachedAuthView):
    rights = {"POST": JobRight.RUN}
    refuses = {"POST": (404, 409)}
    body_limit = settings.BULK_BODY_LIMIT

    def may_use_cache(self, request: HttpRequest) -> bool:
        """Returns whether the caller's API token may come from a cache: only for a POST without an Idempotency-Key."""
        return super().may_use_cache(request) and IDEMPOTENCY_KEY not in request.META

    @extend_schema(
        operation_id="jobs_create_bulk",
        parameters=[IDEMPOTENCY],
        request={"application/json": bodies.BULK},
        responses={201: answers.JOB_IDS, 200: answers.JOB_IDS},
    )
    def post(self, request: Request) -> Response:
        """Create up to 10,000 jobs, all or none."""
        body = read_body(request, bodies.BULK)
        submissions = [read_submission(one, f"jobs.{index}.") for index, one in enumerate(body["jobs"])]
        actor, token = actor_of(request), cached_token_digest(request)
        result = create_once(
            request,
            body,
            lambda identity: submit_jobs(submissions=submissions, actor=actor, token=token, request=identity),
        )
        if isinstance(result, EarlierAnswer):
            return Response(result.answer)
        return Response({"job_ids": [str(job_id) for job_id in result]}, status=201)


class CountsView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="jobs_counts", parameters=FILTERS, responses={200: answers.COUNTS})
    def get(self, request: Request) -> Response:
        """How many jobs of each state pass the filters, of those you may see."""
        job_filter = from_query(request.query_params)
        counts, capped = overviews.count_by_state(job_filter, visibility_of(actor_of(request)))
        return Response({"counts": counts, "capped": capped})


def read_submission(body: dict[str, Any], prefix: str = "") -> Submission:
    """Converts a checked request body about one job (`bodies.NEW_JOB`) to the Submission that creates the job.

    Raises Invalid for a `start_at` without a time zone; `prefix` says in the error which job of the body is meant.
    """
    return Submission(
        job_type=body["job_type"],
        payload=body.get("payload", {}),
        start_in_seconds=body.get("start_in_seconds"),
        start_at=read_time(body.get("start_at"), f"{prefix}start_at"),
        priority=body.get("priority"),
    )
