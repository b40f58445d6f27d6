"""Handles the header `Idempotency-Key` of REST routes that create jobs or series, and the response with a new job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.cached_auth import cached_token_digest
from accounts.permissions import actor_of
from foundation.strict_json import dump_json
from jobs.read import queries
from jobs.read.shapes import whole_job
from jobs.read.visibility import visibility_of
from jobs.services.idempotency import EarlierAnswer, IdempotentRequest, identify_request, run_once
from jobs.services.preparing import Submission
from jobs.services.submit import submit_job, submit_once

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A repeated request with the same key and body within 24 h gets the same answer and creates nothing.",
)
Result = TypeVar("Result")

# The name in `request.META`, where a look-up is faster than in `request.headers`, which parses all headers.
IDEMPOTENCY_KEY = "HTTP_IDEMPOTENCY_KEY"


def create(request: Request, submission: Submission, body: Any) -> Response:
    """Creates one job and returns the response: 201 with the new job, or 200 with the job of an earlier request.

    An earlier request is one of the same user with the same Idempotency-Key and `body`. Raises Conflict if the key was
    used with another `body`, Invalid for a malformed key, and what `submit_job` raises.
    """
    actor = actor_of(request)
    key = request.META.get(IDEMPOTENCY_KEY)
    if key is None:
        row = submit_job(submission=submission, actor=actor, token=cached_token_digest(request))
        return Response(whole_job(row, facts=queries.waiting_facts()), status=201)
    job_id, new = submit_once(submission=submission, actor=actor, key=key, body=dump_json(body))
    visibility = visibility_of(actor)
    return Response(queries.job_as_json(job_id, visibility=visibility), status=201 if new else 200)


def create_once(
    request: Request, body: Any, create: Callable[[IdempotentRequest | None], Result]
) -> Result | EarlierAnswer:
    """Returns what `create` returns, or the stored answer of an earlier request with the same Idempotency-Key.

    `create` gets None if the request has no key. Raises Invalid for a malformed key, and Conflict if the earlier
    request had another path or `body`.
    """
    key = request.META.get(IDEMPOTENCY_KEY)
    if key is None:
        return create(None)
    # The same body at another path is another request.
    fingerprinted = dump_json({"path": request.path, "body": body})
    identity = identify_request(actor=actor_of(request).name, key=key, body=fingerprinted)
    return run_once(identity, lambda: create(identity))
