"""Creating a job: who may, what is checked, when it is due."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.roles import Actor
from foundation.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from jobs.models import Job
from jobs.services.preparing import MAX_DELAY_SECONDS, Submission
from jobs.services.submit import submit_job, submit_jobs
from templates_app import services as store_services
from templates_app.models import JobTemplate
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    PASSWORD,
    VIEWER,
    document,
    job,
    kinds,
    recurring,
    store,
    template,
)
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db


def submit(actor: Actor = ANN, **options: Any) -> Any:
    return job(submit_job(submission=Submission(**{"job_type": OTP} | options), actor=actor)["id"])


def refusal(kind: type[AppError], actor: Actor = ANN, **options: Any) -> list[tuple[str | None, str]]:
    with pytest.raises(kind) as caught:
        submit(actor, **options)
    assert not Job.objects.exists()
    return [(problem.attr, problem.code) for problem in caught.value.problems]


def test_it_creates_one_scheduled_job_with_one_event() -> None:
    template()
    row = submit(payload={"user_id": 8})
    assert (row.state, row.template_id, row.payload, row.created_by) == (
        "scheduled",
        OTP,
        {"user_id": 8},
        "ann",
    )
    assert kinds(row.pk) == ["job_created"]


def test_absent_keys_take_their_defaults() -> None:
    template()
    assert submit().payload == {"user_id": 7}


def test_a_hidden_job_type_field_is_filled_by_the_server() -> None:
    template(payload_schema={"job_type": None}, payload={"job_type": ""})
    assert submit(payload={"job_type": "mine"}).payload == {"job_type": OTP}


def test_every_problem_of_the_payload_is_told_at_its_field() -> None:
    template()
    assert refusal(Invalid, payload={"user_id": -1, "nonsense": 1}) == [
        ("payload.user_id", "minimum"),
        ("payload.nonsense", "unknown_field"),
    ]
    assert refusal(Invalid, payload=[]) == [("payload", "type")]


def test_a_required_field_without_value_and_default_is_told() -> None:
    template(payload={})
    assert refusal(Invalid) == [("payload.user_id", "required")]


def test_an_unknown_type_is_not_found() -> None:
    assert refusal(NotFound, job_type="no_such_job") == [("job_type", "not_found")]


def test_an_archived_type_is_not_found_by_the_same_words() -> None:
    template()
    store_services.archive_template(job_type=OTP, actor_name="eve")
    assert refusal(NotFound) == [("job_type", "not_found")]


def test_a_viewer_creates_nothing() -> None:
    template()
    assert refusal(Forbidden, VIEWER) == [("job_type", "permission_denied")]


def test_a_system_job_is_for_editors() -> None:
    template(userTriggered=False)
    with pytest.raises(Forbidden) as caught:
        submit(ANN)
    assert [(problem.attr, problem.code) for problem in caught.value.problems] == [
        ("job_type", "permission_denied")
    ]
    assert submit(EDITOR).created_by == "eve"


def test_a_job_of_a_recurring_type_is_a_single_one_outside_the_series() -> None:
    store(recurring())
    row = submit(EDITOR)
    assert (row.series_id, row.series_number) == (None, None)


def test_a_disabled_template_runs_nothing() -> None:
    template(enabled=False)
    assert refusal(Conflict) == [("job_type", "template_disabled")]


def test_an_endless_user_job_is_refused_until_it_is_bounded() -> None:
    template(rescheduleAfterTermination=True, startInSeconds=1)
    assert refusal(Conflict) == [("job_type", "ENDLESS_USER_JOB")]
    template(rescheduleAfterTermination=True, startInSeconds=1, maxRuns=3)
    assert submit().state == "scheduled"


def test_a_type_without_a_handler_is_refused() -> None:
    template("no_handler_job")
    assert refusal(Conflict, job_type="no_handler_job") == [("job_type", "HANDLER_NOT_FOUND")]


def test_without_a_wish_it_is_due_after_the_templates_own_delay() -> None:
    template(startInSeconds=30)
    row = submit()
    assert row.start_time - row.created_at == timedelta(seconds=30)


def test_a_wished_delay_goes_before_the_templates() -> None:
    template(startInSeconds=30)
    row = submit(start_in_seconds=0)
    assert row.start_time == row.created_at
    later = submit(start_in_seconds=1.5)
    assert later.start_time - later.created_at == timedelta(seconds=1.5)


def test_a_wished_start_goes_before_the_templates_delay() -> None:
    template(startInSeconds=30)
    start_at = timezone.now() + timedelta(days=1)
    assert submit(start_at=start_at).start_time == start_at


def test_a_start_in_the_past_runs_now() -> None:
    template(startInSeconds=30)
    row = submit(start_at=datetime(2001, 1, 1, tzinfo=UTC))
    assert row.start_time == row.created_at


def test_two_starts_are_one_too_many() -> None:
    template()
    both: dict[str, Any] = {"start_in_seconds": 1, "start_at": timezone.now()}
    assert refusal(Invalid, **both) == [("start_at", "conflict")]


def test_a_start_without_its_zone_is_refused() -> None:
    template()
    assert refusal(Invalid, start_at=datetime(2026, 1, 1, 12)) == [("start_at", "format")]


def test_a_start_in_the_far_future_is_refused() -> None:
    template()
    far = timezone.now() + timedelta(seconds=MAX_DELAY_SECONDS + 60)
    assert refusal(Invalid, start_at=far) == [("start_at", "maximum")]
    assert refusal(Invalid, start_at=datetime.max.replace(tzinfo=UTC)) == [("start_at", "maximum")]


def test_a_priority_out_of_its_bounds_is_refused() -> None:
    template()
    assert refusal(Invalid, priority=-1) == [("priority", "minimum")]
    assert refusal(Invalid, priority=10) == [("priority", "maximum")]


def test_its_own_priority_goes_before_the_templates() -> None:
    template(priority=3)
    assert (submit().priority, submit(priority=9).priority, submit(priority=0).priority) == (3, 9, 0)


def test_it_keeps_the_version_of_the_template_it_was_made_from() -> None:
    template()
    first = submit()
    template(label="another")
    assert (job(first.pk).template_version, submit().template_version) == (1, 2)


def test_many_are_created_in_the_order_of_the_wishes() -> None:
    store(document(), document(PASSWORD))
    submissions = [Submission(OTP, {"user_id": 1}), Submission(PASSWORD), Submission(OTP, {"user_id": 3})]
    ids = submit_jobs(submissions=submissions, actor=ANN)
    assert [(job(one).template_id, job(one).payload["user_id"]) for one in ids] == [
        (OTP, 1),
        (PASSWORD, 7),
        (OTP, 3),
    ]


def test_of_many_one_bad_wish_refuses_all_and_every_bad_one_is_named() -> None:
    template()
    submissions = [
        Submission(OTP),
        Submission(OTP, {"user_id": "x"}),
        Submission("no_such_job"),
        Submission(OTP, start_in_seconds=1, start_at=timezone.now()),
    ]
    with pytest.raises(Invalid) as caught:
        submit_jobs(submissions=submissions, actor=ANN)
    assert [(problem.attr, problem.code) for problem in caught.value.problems] == [
        ("jobs.1.payload.user_id", "type"),
        ("jobs.2.job_type", "not_found"),
        ("jobs.3.start_at", "conflict"),
    ]
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_jobs_of_one_moment_are_each_created_once_with_their_event() -> None:
    template()
    made: list[Any] = []

    def one_after_another(first: int) -> None:
        for user_id in range(first, first + 10):
            submission = Submission(OTP, {"user_id": user_id}, start_in_seconds=user_id)
            made.append((user_id, submit_job(submission=submission, actor=ANN)))

    together(*(partial(one_after_another, first) for first in range(0, 80, 10)))
    assert {user_id for user_id, _ in made} == set(range(80))
    for user_id, row in made:
        assert row["payload"] == {"user_id": user_id}
        assert row["start_time"] - row["created_at"] == timedelta(seconds=user_id)
        assert kinds(row["id"]) == ["job_created"]
    assert Job.objects.count() == 80


@pytest.mark.django_db(transaction=True)
def test_a_template_that_ends_while_jobs_are_created_ends_none_of_the_others() -> None:
    template()
    template(PASSWORD)

    def disable() -> None:
        JobTemplate.objects.filter(type=PASSWORD).update(enabled=False)

    def create(job_type: str) -> None:
        for _ in range(20):
            with suppress(Conflict):
                submit_job(submission=Submission(job_type), actor=ANN)

    together(*[partial(create, OTP)] * 3, *[partial(create, PASSWORD)] * 3, disable)
    assert Job.objects.filter(template=OTP).count() == 60
    with pytest.raises(Conflict, match="disabled"):
        submit_job(submission=Submission(PASSWORD), actor=ANN)
