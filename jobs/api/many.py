"""Serves the REST routes `jobs/terminate/` and `jobs/rerun/`: stops or re-runs many jobs, by ids, by filter, or all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.errors import Invalid, Problem
from jobs.api import answers, bodies
from jobs.api.creating import IDEMPOTENCY, create_once
from jobs.read.filters import JobFilter, from_body
from jobs.services import many
from jobs.services.idempotency import EarlierAnswer
from jobs.services.many import Choice

CHOICES = ("ids", "filter", "all")


class TerminateManyView(APIView):
    rights = {"POST": JobRight.STOP}

    @extend_schema(
        operation_id="jobs_terminate_many",
        request={"application/json": bodies.TERMINATE_MANY},
        responses={200: answers.STOP_REPORT, 202: answers.OPERATION_STARTED},
    )
    def post(self, request: Request) -> Response:
        """Stop the jobs of `ids`, or those that pass `filter` at this moment, or `all`; `dry_run` only counts.

        More than 1,000 are stopped in the background: 202 with the address of the operation.
        """
        body = read_body(request, bodies.TERMINATE_MANY)
        choice, dry_run = read_choice(body), body.get("dry_run", False)
        report = many.terminate(choice=choice, actor=actor_of(request), dry_run=dry_run)
        if isinstance(report, uuid.UUID):
            return _operation_started(request, report)
        return Response(asdict(report))


class RerunManyView(APIView):
    rights = {"POST": JobRight.RUN}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="jobs_rerun_many",
        parameters=[IDEMPOTENCY],
        request={"application/json": bodies.RERUN_MANY},
        responses={200: answers.RERUN_REPORT, 202: answers.OPERATION_STARTED},
    )
    def post(self, request: Request) -> Response:
        """Run the jobs of `ids` again, or those that pass `filter` at this moment, or `all`: a new job for each.

        A refused job does not hinder the others; `dry_run` creates none. More than 1,000 are run again in the
        background: 202 with the address of the operation.
        """
        body = read_body(request, bodies.RERUN_MANY)
        choice, actor = read_choice(body), actor_of(request)
        if body.get("dry_run", False):
            return Response(many.dry_rerun(choice=choice, actor=actor).as_json())
        result = create_once(
            request, body, lambda identity: many.rerun(choice=choice, actor=actor, request=identity)
        )
        if isinstance(result, EarlierAnswer):
            operation = result.answer.get("operation")
            return _operation_started(request, uuid.UUID(operation)) if operation else Response(result.answer)
        return (
            _operation_started(request, result)
            if isinstance(result, uuid.UUID)
            else Response(result.as_json())
        )


def read_choice(body: Mapping[str, Any]) -> Choice:
    """Returns which jobs a request body chooses. Raises Invalid without exactly one of `ids`, `filter` and `all`."""
    given = [name for name in CHOICES if name in body]
    if not given:
        raise Invalid(Problem("required", 'Say which: give ids or filter, or "all": true.', "ids"))
    if len(given) > 1:
        detail = f"Give one of ids, filter and all: {' and '.join(given)} may mean different jobs."
        raise Invalid(Problem("conflict", detail, given[-1]))
    if "ids" in body:
        return Choice(job_ids=tuple({uuid.UUID(text): None for text in body["ids"]}))
    return Choice(job_filter=from_body(body["filter"]) if "filter" in body else JobFilter())


def _operation_started(request: Request, operation_id: uuid.UUID) -> Response:
    address = reverse("operation", kwargs={"operation_id": operation_id})
    return Response({"operation": request.build_absolute_uri(address)}, status=202)
