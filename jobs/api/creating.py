"""What routes that create have in common: the `Idempotency-Key`, and the answer of those that create one job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.recalling import recalled_token
from foundation.strict_json import dump_json
from jobs.read import queries
from jobs.read.shapes import whole_job
from jobs.services.idempotency import submit_once
from jobs.services.promises import Earlier, Promise, make_once, promised
from jobs.services.submit import Submission, submit_job

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key, caller and body within 24 h is the same answer, and nothing new.",
)
Made = TypeVar("Made")

# As WSGI spells it: to look there is cheaper than to have all headers read.
IDEMPOTENCY_KEY = "HTTP_IDEMPOTENCY_KEY"


def create(request: Request, submission: Submission, body: Any) -> Response:
    """201 with the new job, 200 with that of an earlier request with the same key and `body`."""
    actor = actor_of(request)
    key = request.META.get(IDEMPOTENCY_KEY)
    if key is None:
        row = submit_job(submission=submission, actor=actor, token=recalled_token(request))
        return Response(whole_job(row, facts=queries.facts()), status=201)
    job_id, new = submit_once(submission=submission, actor=actor, key=key, body=dump_json(body))
    return Response(queries.whole(job_id), status=201 if new else 200)


def make_promised(request: Request, body: Any, make: Callable[[Promise | None], Made]) -> Made | Earlier:
    """What `make` answers, or what an earlier request with the same key, door and `body` made."""
    key = request.META.get(IDEMPOTENCY_KEY)
    if key is None:
        return make(None)
    # The same body at another door is another request.
    asked = dump_json({"path": request.path, "body": body})
    promise = promised(actor=actor_of(request).name, key=key, body=asked)
    return make_once(promise, lambda: make(promise))
