"""Jobs that wait for a slot, a dispatcher that hands them over, and what a turn of it publishes."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from jobs.dispatcher.queueing import Queueing
from jobs.models import Job, LiveJob
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.states import State
from tests.factories import ANN, OTP
from tests.services.fake_publisher import FakePublisher


@pytest.fixture
def broker() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def dispatcher(broker: FakePublisher) -> Queueing:
    return Queueing(broker)  # type: ignore[arg-type]  # it quacks


def waiting(number: int, job_type: str = OTP, **options: int) -> list[uuid.UUID]:
    return submit_jobs(submissions=[Submission(job_type, **options)] * number, actor=ANN)  # type: ignore[arg-type]


def published(dispatcher: Queueing, broker: FakePublisher) -> list[uuid.UUID]:
    """What the next turn hands over."""
    broker.messages.clear()
    dispatcher.run_once()
    return broker.published


def seconds_pass(seconds: float) -> None:
    """For what was handed over and has not begun, and for what runs."""
    ago = timedelta(seconds=seconds)
    for row in Job.objects.filter(state=State.QUEUED):
        LiveJob.objects.filter(pk=row.pk).update(publish_due=row.publish_due - ago)  # type: ignore[operator]
    for row in Job.objects.filter(state=State.RUNNING):
        LiveJob.objects.filter(pk=row.pk).update(started_at=row.started_at - ago)  # type: ignore[operator]
