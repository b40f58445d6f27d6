"""Operations on many jobs as tests begin them, work them off and read them, of a few jobs each."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.roles import SYSTEM, Actor, Role
from accounts.services.users import create_user
from jobs.models import Job
from jobs.read.filters import JobFilter
from jobs.services import many, operation_work, operations
from jobs.services.many import Choice
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import OTP, document, store

ALL = Choice(job_filter=JobFilter())
NAME = "olga"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes thousands of jobs is tried with a few."""
    monkeypatch.setattr(many, "MAX_AT_ONCE", 4)
    monkeypatch.setattr(operations, "PART_SIZE", 3)


@pytest.fixture
def olga(db: None) -> Actor:
    return create_user(name=NAME, role=Role.OPERATOR).actor


def make(number: int = 10, **options: Any) -> list[uuid.UUID]:
    store(document())
    return submit_jobs(submissions=[Submission(OTP, **options)] * number, actor=Actor("ann", Role.OPERATOR))


def terminate(actor: Actor, choice: Choice = ALL) -> uuid.UUID:
    begun = many.terminate(choice=choice, actor=actor, dry_run=False)
    assert isinstance(begun, uuid.UUID)
    return begun


def rerun(actor: Actor, choice: Choice = ALL) -> uuid.UUID:
    begun = many.rerun(choice=choice, actor=actor)
    assert isinstance(begun, uuid.UUID)
    return begun


def work_off() -> int:
    parts = 0
    while operation_work.work_on_next_part():
        parts += 1
    return parts


def told(operation_id: uuid.UUID, *names: str) -> tuple[Any, ...]:
    shape = operations.describe(operation_id, SYSTEM)
    return tuple(shape[name] for name in names)


def reruns() -> list[uuid.UUID]:
    new = Job.objects.filter(rerun_of__isnull=False).order_by("pk")
    return [one.rerun_of for one in new if one.rerun_of]
