"""Makes requests idempotent by `Idempotency-Key`: requests with the same key, caller and body have one effect.

The transaction that stores what a request creates begins by inserting the key, so both are stored or neither. A
concurrent request with the same key waits on the unique index, and then creates nothing.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models.functions import Now

from foundation.errors import Conflict, Invalid, Problem
from foundation.strict_json import dump_json
from jobs.models import IdempotencyKey

KEY_LIFETIME = timedelta(hours=24)
MAX_KEY_LENGTH = 255
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """Identifies a request by its caller and `Idempotency-Key`. `fingerprint`: the SHA-256 of the route and body."""

    actor: str
    key: str
    fingerprint: bytes


class EarlierAnswer(NamedTuple):
    """Holds what an earlier request with the same key created: the id of its one job, or its whole JSON answer."""

    job_id: uuid.UUID | None
    answer: Any


class KeyTaken(Exception):
    """Raised when a concurrent request has stored the same key first; rolls back the transaction of the later one."""


def identify_request(*, actor: str, key: str, body: bytes) -> IdempotentRequest:
    """Returns caller, key and fingerprint of a request. Raises Invalid for an empty, too long or unprintable key."""
    if not key.isprintable() or not 1 <= len(key) <= MAX_KEY_LENGTH:
        detail = f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable characters."
        raise Invalid(Problem("idempotency_key", detail))
    return IdempotentRequest(actor, key, hashlib.sha256(body).digest())


def run_once(request: IdempotentRequest, create: Callable[[], Result]) -> Result | EarlierAnswer:
    """Calls `create` and returns its result, or returns what an earlier request with the same key created.

    `create` must call `claim_key` and `store_answer` in its transaction. Raises Conflict if the earlier request had
    another body or route, or was rolled back just now.
    """
    stored = IdempotencyKey.objects.filter(actor=request.actor, key=request.key)
    stored.filter(created_at__lt=Now() - KEY_LIFETIME).delete()
    earlier = _find_earlier(request)
    if earlier is not None:
        return earlier
    try:
        return create()
    except KeyTaken:
        winner = _find_earlier(request)
        if winner is None:
            detail = "An earlier request with this key was undone at this moment; send yours again."
            raise Conflict(Problem("idempotency_key", detail)) from None
        return winner


def claim_key(request: IdempotentRequest | None) -> None:
    """Inserts the idempotency key; must come first in the transaction that creates something.

    Waits while a concurrent request with the same key runs. Raises KeyTaken if another request has stored the key. Does
    nothing if `request` is None, which means a request without a key.
    """
    if request is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO jobs_idempotencykey (actor, key, body_sha256, created_at)
            VALUES (%s, %s, %s, now()) ON CONFLICT DO NOTHING RETURNING id""",
            [request.actor, request.key, request.fingerprint],
        )
        if cursor.fetchone() is None:
            raise KeyTaken


def store_answer(
    request: IdempotentRequest | None, answer: Any = None, *, job_id: uuid.UUID | None = None
) -> None:
    """Stores what later requests with the key get, if there is a key; comes last in the transaction of `claim_key`."""
    if request is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_idempotencykey SET answer = %s::jsonb, job_id = %s WHERE actor = %s AND key = %s",
            [None if answer is None else dump_json(answer).decode(), job_id, request.actor, request.key],
        )


def _find_earlier(request: IdempotentRequest) -> EarlierAnswer | None:
    found = IdempotencyKey.objects.filter(actor=request.actor, key=request.key)
    row = found.values_list("body_sha256", "job_id", "answer").first()
    if row is None:
        return None
    if bytes(row[0]) != request.fingerprint:
        detail = (
            "This Idempotency-Key was used for another request before, with another body or at another address:"
            " choose a new one."
        )
        raise Conflict(Problem("idempotency_key_reused", detail))
    return EarlierAnswer(row[1], row[2])
