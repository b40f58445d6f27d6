"""`jobs/terminate/`: stop many, by ids or by filter."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import actor_of
from accounts.roles import Right
from jobs.api import answers, bodies
from jobs.filters import from_body
from jobs.services.control import terminate_jobs, terminate_matching
from scheduler_project.api_bodies import read_body
from scheduler_project.errors import Invalid, Problem


class TerminateManyView(APIView):
    rights = {"POST": Right.OPERATE}

    @extend_schema(
        operation_id="jobs_terminate_many",
        request={"application/json": bodies.TERMINATE_MANY},
        responses={200: answers.STOP_REPORT},
    )
    def post(self, request: Request) -> Response:
        """Stop the jobs of `ids`, or those that pass `filter` at this moment; `dry_run` only counts."""
        body = read_body(request, bodies.TERMINATE_MANY)
        if ("ids" in body) == ("filter" in body):
            raise Invalid(Problem("required", "Give ids or filter, one of them.", "ids"))
        actor, dry_run = actor_of(request), body.get("dry_run", False)
        if "ids" in body:
            job_ids = list({uuid.UUID(text) for text in body["ids"]})
            report = terminate_jobs(job_ids=job_ids, actor=actor, dry_run=dry_run)
        else:
            job_filter = from_body(body["filter"])
            report = terminate_matching(job_filter=job_filter, actor=actor, dry_run=dry_run)
        return Response(asdict(report))
