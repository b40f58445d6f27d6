"""One job for one `Idempotency-Key`."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.errors import Outdated
from accounts.roles import Actor
from jobs import hints, transitions
from jobs.services.promises import KEY_LIFE, LONGEST_KEY, Promise, claim, keep, make_once, promised
from jobs.services.submit import TRIES, Submission, prepare

__all__ = ["KEY_LIFE", "LONGEST_KEY", "submit_once"]


def submit_once(*, submission: Submission, actor: Actor, key: str, body: bytes) -> tuple[uuid.UUID, bool]:
    """(job, whether it is new). Raises Conflict if the key was used with another body, Invalid for a bad key."""
    promise = promised(actor=actor.name, key=key, body=body)
    made = make_once(promise, lambda: _submit(submission, actor, promise))
    if isinstance(made, uuid.UUID):
        hints.nudge()
        return made, True
    if made.job_id is None:
        raise TypeError("No job was made by the request with this key and body.")
    return made.job_id, False


def _submit(submission: Submission, actor: Actor, promise: Promise) -> uuid.UUID:
    for _ in range(TRIES):
        job = prepare(submission, actor)
        with transaction.atomic():
            claim(promise)
            ids = transitions.create_if_still([job])
            if ids:
                keep(promise, job_id=ids[0])
                return ids[0]
            transaction.set_rollback(True)
    raise Outdated
