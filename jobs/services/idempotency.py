"""A client's `Idempotency-Key`: the same key, caller and body within 24 hours is the same job."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.roles import Actor
from jobs import hints, transitions
from jobs.models import IdempotencyKey
from jobs.services.submit import Submission, prepare
from scheduler_project.errors import Conflict, Invalid, Problem

KEY_LIFE = timedelta(hours=24)
LONGEST_KEY = 255


class _SomebodyWasFirst(Exception):
    """Rolls back the job of a request that lost the race for its key."""


def submit_once(*, submission: Submission, actor: Actor, key: str, body: bytes) -> tuple[uuid.UUID, bool]:
    """(job, whether it is new). Raises Conflict if the key was used with another body, Invalid for a bad key."""
    if not key.isprintable() or not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(
            Problem("idempotency_key", f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.")
        )
    fingerprint = hashlib.sha256(body).digest()
    IdempotencyKey.objects.filter(actor=actor.name, key=key, created_at__lt=Now() - KEY_LIFE).delete()
    earlier = _job_of(actor, key, fingerprint)
    if earlier is not None:
        return earlier, False
    job = prepare(submission, actor)
    try:
        with transaction.atomic():
            job_id = transitions.create([job])[0]
            _claim_key(actor, key, fingerprint, job_id)
    except _SomebodyWasFirst:
        winner = _job_of(actor, key, fingerprint)
        if winner is None:
            raise Conflict(
                Problem("idempotency_key", "The request with this key was taken back; send it again.")
            ) from None
        return winner, False
    hints.nudge()
    return job_id, True


def _claim_key(actor: Actor, key: str, fingerprint: bytes, job_id: uuid.UUID) -> None:
    """A second request with the key waits here, on the unique index, until the first has committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO jobs_idempotencykey (actor, key, body_sha256, job_id, created_at)
            VALUES (%s, %s, %s, %s, now()) ON CONFLICT DO NOTHING RETURNING id""",
            [actor.name, key, fingerprint, job_id],
        )
        if cursor.fetchone() is None:
            raise _SomebodyWasFirst


def _job_of(actor: Actor, key: str, fingerprint: bytes) -> uuid.UUID | None:
    found = (
        IdempotencyKey.objects.filter(actor=actor.name, key=key).values_list("body_sha256", "job_id").first()
    )
    if found is None:
        return None
    if bytes(found[0]) != fingerprint:
        raise Conflict(
            Problem("idempotency_key_reused", "This Idempotency-Key was used with another body before.")
        )
    return found[1]
