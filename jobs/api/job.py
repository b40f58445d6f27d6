"""Serves the REST routes `jobs/{job_id}/...`: shows, stops and re-runs one job, and accepts progress reports for it."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of, find_actor_again
from accounts.rights import JobRight
from accounts.roles import Right
from foundation.api_bodies import read_body, whole_number
from foundation.api_views import APIView
from foundation.errors import Invalid, NotFound, Problem
from foundation.paging import PAGING, page_of_rows
from jobs.api import answers, bodies
from jobs.api.creating import IDEMPOTENCY, create
from jobs.api.waits import waits
from jobs.models import JobEvent
from jobs.read import queries, records
from jobs.read.history import fields_at
from jobs.read.visibility import visibility_of
from jobs.services import control
from jobs.states import TERMINAL

MAX_WAIT_SECONDS = 60
MAX_LOG_LINES = 1000


class JobView(APIView):
    rights = {"GET": Right.SEE}
    refuses = {"GET": (429,)}

    @extend_schema(
        operation_id="jobs_get",
        parameters=[
            OpenApiParameter(
                "wait", int, description="Answer only when the job has ended, or after this many seconds."
            )
        ],
        responses={200: answers.JOB},
    )
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """One job with all its fields. 429 `too_many_waits` if too many requests wait at the same moment."""
        seconds = whole_number(request.query_params, "wait", default=0, at_most=MAX_WAIT_SECONDS)
        actor = actor_of(request)
        visibility = visibility_of(actor)
        if seconds and queries.seen_job_row(job_id, visibility)["state"] not in TERMINAL:
            waits.wait(job_id, user=actor.name, seconds=seconds)
            visibility = visibility_of(find_actor_again(request))
        return Response(queries.job_as_json(job_id, visibility=visibility))


class HistoryView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="jobs_history", parameters=PAGING, responses={200: answers.HISTORY})
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """The history of a job, oldest first: each attempt, and each step of a stop with its actor."""
        visibility = visibility_of(actor_of(request))
        row = queries.seen_job_row(job_id, visibility)
        is_hidden = visibility.hides(row["template_id"], row["created_by"])
        shows_address = actor_of(request).may(Right.ADMINISTER)
        page = page_of_rows(request, records.job_history(job_id), "id")
        return Response(
            page.as_json(
                lambda event: _event_as_json(event, row, is_hidden=is_hidden, shows_address=shows_address)
            )
        )


class LogView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(
        operation_id="jobs_log",
        parameters=[OpenApiParameter("after", int), OpenApiParameter("limit", int)],
        responses={200: answers.LOG},
    )
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """Log lines with numbers above `after`. For later lines, ask again with `after` = `next`."""
        visibility = visibility_of(actor_of(request))
        row = queries.seen_job_row(job_id, visibility)
        if visibility.hides(row["template_id"], row["created_by"]):
            detail = "You may only see that this job ran: its log takes the right to read."
            raise NotFound(Problem("not_found", detail))
        after = whole_number(request.query_params, "after", default=0, at_most=2**31 - 1)
        limit = whole_number(
            request.query_params, "limit", default=MAX_LOG_LINES, at_least=1, at_most=MAX_LOG_LINES
        )
        lines = records.log_lines(job_id, after=after, limit=limit)
        return Response({"lines": lines, "next": lines[-1]["n"] if lines else after})


class TerminateView(APIView):
    rights = {"POST": JobRight.STOP}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="jobs_terminate", request=None, responses={200: answers.JOB, 202: answers.JOB}
    )
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Stop a job: at once if it waits (200), as soon as its handler has stopped if it runs (202)."""
        result = control.terminate_job(job_id=job_id, actor=actor_of(request))
        status = 200 if result == control.StopResult.TERMINATED else 202
        return _answer(request, job_id, status)


class RerunView(APIView):
    rights = {"POST": JobRight.RUN}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="jobs_rerun",
        parameters=[IDEMPOTENCY],
        request={"application/json": bodies.RERUN},
        responses={201: answers.JOB, 200: answers.JOB},
    )
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Run a job again: a new job with the same payload, or with the one given."""
        body = read_body(request, bodies.RERUN)
        if body.get("payload", {}) is None:
            detail = "Write the new payload as an object, or leave it out: then it is the old job's."
            raise Invalid(Problem("type", detail, "payload"))
        submission = control.build_rerun(job_id=job_id, payload=body.get("payload"), actor=actor_of(request))
        # The same body for another job is another request.
        return create(request, submission, {"rerun_of": str(job_id), **body})


class ProgressView(APIView):
    rights = {"POST": JobRight.RUN}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="jobs_progress",
        request={"application/json": bodies.PROGRESS},
        responses={200: answers.JOB},
    )
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Report progress from outside while the job runs."""
        body = read_body(request, bodies.PROGRESS)
        control.report_progress(
            job_id=job_id,
            percent=body["completion_percentage"],
            message=body.get("message", ""),
            actor=actor_of(request),
        )
        return _answer(request, job_id, 200)


def _answer(request: Request, job_id: uuid.UUID, status: int) -> Response:
    visibility = visibility_of(actor_of(request))
    return Response(queries.job_as_json(job_id, visibility=visibility), status=status)


def _event_as_json(
    event: JobEvent, row: dict[str, Any], *, is_hidden: bool, shows_address: bool
) -> dict[str, Any]:
    then = row | fields_at(vars(event), row)
    error = None if is_hidden else then["error"]
    return {
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor,
        "via": event.via,
        "address": event.address if shows_address else None,
        "attempt": then["attempt"],
        "state": then["state"],
        "worker": then["worker"],
        "completion_percentage": then["completion_percentage"],
        "progress_message": None if is_hidden else then["progress_message"],
        "error": error and {key: value for key, value in error.items() if key != "traceback"},
        "detail": None if is_hidden else event.detail,
    }
