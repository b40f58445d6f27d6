"""Of one priority, due jobs of different templates start in turn, however many of one are due."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import pytest

from jobs.dispatcher.queueing import Queueing
from jobs.models import LiveJob
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import ANN, begin, claim_due, document, finish, job, ran_for, store, worker_node
from tests.jobs_fixtures import copy_waiting
from tests.services.fake_publisher import FakePublisher

pytestmark = pytest.mark.django_db
# In the order in which they take turns.
FORGOT, OTP, RANKINGS = "forgot_password_job", "otp_send_job", "relationship_rankings_job"


def waiting(job_type: str, number: int, **options: int) -> list[uuid.UUID]:
    return submit_jobs(submissions=[Submission(job_type, **options)] * number, actor=ANN)  # type: ignore[arg-type]


def claimed(limit: int, last_types: Mapping[int, str] | None = None) -> list[str]:
    return [
        queued_job.job_type
        for queued_job in claim_due(queue="default", limit=limit, last_types=last_types or {})
    ]


@pytest.fixture
def _three_templates() -> None:
    store(*[document(job_type) for job_type in (FORGOT, OTP, RANKINGS)])


@pytest.mark.usefixtures("_three_templates")
def test_one_claim_takes_them_in_turn_until_only_one_is_left() -> None:
    waiting(OTP, 5), waiting(FORGOT, 2), waiting(RANKINGS, 1)
    assert claimed(20) == [FORGOT, OTP, RANKINGS, FORGOT, OTP, OTP, OTP, OTP]


@pytest.mark.usefixtures("_three_templates")
@pytest.mark.parametrize(
    ("last", "order"),
    [
        ("", [FORGOT, OTP, RANKINGS, FORGOT]),
        (FORGOT, [OTP, RANKINGS, FORGOT, OTP]),
        (OTP, [RANKINGS, FORGOT, OTP, RANKINGS]),
        (RANKINGS, [FORGOT, OTP, RANKINGS, FORGOT]),
        ("hardly_there", [OTP, RANKINGS, FORGOT, OTP]),
    ],
)
def test_the_next_turn_is_the_one_after_the_last(last: str, order: list[str]) -> None:
    for job_type in (RANKINGS, OTP, FORGOT):
        waiting(job_type, 2)
    assert claimed(4, {0: last}) == order


@pytest.mark.usefixtures("_three_templates")
def test_of_one_template_the_longest_due_is_first() -> None:
    ids = waiting(OTP, 3)
    LiveJob.objects.filter(pk=ids[2]).update(claim_at="2026-01-01T00:00:00Z")
    found = [queued_job.job_id for queued_job in claim_due(queue="default", limit=2)]
    assert found == [ids[2], ids[0]]


@pytest.mark.usefixtures("_three_templates")
def test_turns_are_those_of_each_priority() -> None:
    waiting(OTP, 2), waiting(OTP, 2, priority=5), waiting(RANKINGS, 2, priority=5), waiting(FORGOT, 2)
    assert claimed(8, {5: OTP, 0: FORGOT}) == [RANKINGS, OTP, RANKINGS, OTP, OTP, FORGOT, OTP, FORGOT]


def test_templates_with_a_maxConcurrent_take_turns_with_the_others() -> None:
    store(document(FORGOT), document(OTP, maxConcurrent=2), document(RANKINGS))
    for job_type in (FORGOT, OTP, RANKINGS):
        waiting(job_type, 3)
    assert claimed(20) == [FORGOT, OTP, RANKINGS, FORGOT, OTP, RANKINGS, FORGOT, RANKINGS]


@pytest.mark.usefixtures("_three_templates")
def test_one_slot_serves_all_templates_in_turn() -> None:
    broker = FakePublisher()
    dispatcher = Queueing(broker)  # type: ignore[arg-type]  # it quacks
    for job_type in (FORGOT, OTP, RANKINGS):
        ran_for(600, job_type)
    worker_node(slots=1)
    waiting(OTP, 30), waiting(RANKINGS, 3), waiting(FORGOT, 2)
    started = []
    for _ in range(9):
        dispatcher.run_once()
        (job_id,) = broker.published
        broker.messages.clear()
        started.append(job(job_id).template_id)
        finish(begin(job_id))
    assert started == [FORGOT, OTP, RANKINGS, FORGOT, OTP, RANKINGS, OTP, RANKINGS, OTP]


@pytest.mark.usefixtures("_three_templates")
def test_behind_ten_thousand_of_one_template_another_has_the_next_turn_and_an_urgent_job_the_next_slot() -> (
    None
):
    broker = FakePublisher()
    dispatcher = Queueing(broker)  # type: ignore[arg-type]  # it quacks
    ran_for(1.0, OTP)
    worker_node(slots=3)
    (first,) = waiting(OTP, 1)
    copy_waiting(first, 10_000)
    dispatcher.run_once()
    running = [begin(job_id) for job_id in broker.published]
    assert len(running) == 3
    broker.messages.clear()
    (other,) = waiting(RANKINGS, 1)
    (urgent,) = waiting(OTP, 1, priority=9)
    dispatcher.run_once()
    assert broker.published == []
    for expected in (urgent, other):
        broker.messages.clear()
        finish(running.pop())
        dispatcher.run_once()
        assert broker.published == [expected]
