"""A client's `Idempotency-Key` is a promise: two requests with the same key, caller and body are one.

What a request makes is stored in the transaction that claims its key, so there is both or neither. The key is
claimed first: a second request waits there, on the unique index, and makes nothing.
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

KEY_LIFE = timedelta(hours=24)
LONGEST_KEY = 255
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Promise:
    """One `Idempotency-Key` of a caller. `fingerprint`: SHA-256 of the request's route and body."""

    actor: str
    key: str
    fingerprint: bytes


class Earlier(NamedTuple):
    """The outcome of an earlier request with the same key: the id of the job it created, or its whole answer."""

    job_id: uuid.UUID | None
    answer: Any


class SomebodyWasFirst(Exception):
    """Rolls back what a request made that lost the race for its key."""


def promised(*, actor: str, key: str, body: bytes) -> Promise:
    """Raises Invalid for a bad key."""
    if not key.isprintable() or not 1 <= len(key) <= LONGEST_KEY:
        detail = f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters."
        raise Invalid(Problem("idempotency_key", detail))
    return Promise(actor, key, hashlib.sha256(body).digest())


def make_once(promise: Promise, make: Callable[[], Made]) -> Made | Earlier:
    """Call `make`, which must `claim` and `keep` the key, or return the outcome of an earlier request with it.

    Raises Conflict if the earlier request had another body.
    """
    forgotten = IdempotencyKey.objects.filter(actor=promise.actor, key=promise.key)
    forgotten.filter(created_at__lt=Now() - KEY_LIFE).delete()
    earlier = _earlier(promise)
    if earlier is not None:
        return earlier
    try:
        return make()
    except SomebodyWasFirst:
        winner = _earlier(promise)
        if winner is None:
            detail = "The request with this key was taken back; send it again."
            raise Conflict(Problem("idempotency_key", detail)) from None
        return winner


def claim(promise: Promise | None) -> None:
    """Insert the key; call it first in the transaction. A concurrent request with the key waits here.

    Raises SomebodyWasFirst if the key is taken.
    """
    if promise is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO jobs_idempotencykey (actor, key, body_sha256, created_at)
            VALUES (%s, %s, %s, now()) ON CONFLICT DO NOTHING RETURNING id""",
            [promise.actor, promise.key, promise.fingerprint],
        )
        if cursor.fetchone() is None:
            raise SomebodyWasFirst


def keep(promise: Promise | None, answer: Any = None, *, job_id: uuid.UUID | None = None) -> None:
    """Store the outcome that later requests with the key get; call it last in the transaction of `claim`."""
    if promise is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_idempotencykey SET answer = %s::jsonb, job_id = %s WHERE actor = %s AND key = %s",
            [None if answer is None else dump_json(answer).decode(), job_id, promise.actor, promise.key],
        )


def _earlier(promise: Promise) -> Earlier | None:
    found = IdempotencyKey.objects.filter(actor=promise.actor, key=promise.key)
    row = found.values_list("body_sha256", "job_id", "answer").first()
    if row is None:
        return None
    if bytes(row[0]) != promise.fingerprint:
        detail = (
            "This Idempotency-Key was used for another request before, with another body or at another address:"
            " choose a new one."
        )
        raise Conflict(Problem("idempotency_key_reused", detail))
    return Earlier(row[1], row[2])
