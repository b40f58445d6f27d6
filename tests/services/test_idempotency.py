"""An Idempotency-Key: the same key, caller and body within 24 hours is the same job."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Actor
from foundation.errors import Conflict, Invalid, NotFound
from jobs.models import IdempotencyKey, Job
from jobs.services.idempotency import MAX_KEY_LENGTH
from jobs.services.preparing import Submission
from jobs.services.submit import submit_once
from tests.factories import ANN, EDITOR, OTP, kinds, template
from tests.jobs_fixtures import together

SUBMISSION = Submission(OTP)


def once(key: str = "k1", body: bytes = b"body", actor: Actor = ANN) -> tuple[uuid.UUID, bool]:
    return submit_once(submission=SUBMISSION, actor=actor, key=key, body=body)


@pytest.mark.django_db
class TestOneAfterTheOther:
    @pytest.fixture(autouse=True)
    def _template(self) -> None:
        template()

    def test_the_same_key_and_body_is_the_same_job(self) -> None:
        first, new = once()
        assert new
        assert once() == (first, False)
        assert Job.objects.count() == 1
        assert kinds(first) == ["job_created"]

    def test_another_key_is_another_job(self) -> None:
        assert once("k1")[0] != once("k2")[0]

    def test_another_caller_with_the_same_key_has_a_job_of_their_own(self) -> None:
        assert once(actor=ANN)[0] != once(actor=EDITOR)[0]

    def test_another_body_is_a_conflict_and_creates_nothing(self) -> None:
        once()
        with pytest.raises(Conflict) as caught:
            once(body=b"another")
        assert caught.value.problems[0].code == "idempotency_key_reused"
        assert Job.objects.count() == 1

    def test_after_24_hours_the_key_is_free_again(self) -> None:
        first, _ = once()
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
        second, new = once(body=b"another")
        assert new
        assert second != first

    def test_just_before_that_it_is_not(self) -> None:
        first, _ = once()
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
        assert once() == (first, False)

    @pytest.mark.parametrize("key", ["", "x" * (MAX_KEY_LENGTH + 1), "a\nb", "a\0b", "\x1b"])
    def test_a_key_that_is_none_is_refused(self, key: str) -> None:
        with pytest.raises(Invalid) as caught:
            once(key)
        assert caught.value.problems[0].code == "idempotency_key"
        assert not Job.objects.exists()

    def test_the_longest_key_is_taken(self) -> None:
        assert once("x" * MAX_KEY_LENGTH)[1]

    def test_a_refused_request_uses_up_no_key(self) -> None:
        with pytest.raises(NotFound):
            submit_once(submission=Submission("no_such_job"), actor=ANN, key="k1", body=b"body")
        assert once()[1]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_one_creates_the_job_and_all_get_it() -> None:
    template()
    all_here = threading.Barrier(6)
    answers: list[tuple[uuid.UUID, bool]] = []

    def request() -> None:
        all_here.wait()
        answers.append(once())

    together(*[request] * 6)
    assert len({job_id for job_id, _ in answers}) == 1
    assert sorted(new for _, new in answers) == [False] * 5 + [True]
    assert Job.objects.count() == 1
    assert kinds(answers[0][0]) == ["job_created"]
