"""- -> scheduled: a job comes to be with its first event, a thousand as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs import transitions
from jobs.models import Job, JobEvent
from jobs.transitions import NewJob
from templates_app import queries
from tests.factories import OTP, events, job, kinds, last_event, template

pytestmark = pytest.mark.django_db


def new(**more: Any) -> NewJob:
    facts: dict[str, Any] = {
        "spec": queries.version_spec(OTP, 1),
        "template_version": 1,
        "payload": {"user_id": 7},
        "created_by": "ann",
    }
    return NewJob(**facts | more)


@pytest.fixture(autouse=True)
def _template() -> None:
    template(
        priority=3,
        queue="mail",
        maxAttempts=4,
        maxLost=2,
        retryBackoffSeconds=6,
        timeoutSeconds=90,
        freshProcess=True,
    )


def test_it_is_scheduled_with_the_rules_of_its_template() -> None:
    row = job(transitions.create([new()])[0])
    assert (row.state, row.version, row.attempt, row.created_by) == ("scheduled", 1, 0, "ann")
    assert (row.priority, row.queue, row.max_attempts, row.max_lost) == (3, "mail", 4, 2)
    assert (row.retry_backoff_seconds, row.timeout_seconds, row.template_version) == (6, 90, 1)
    assert row.fresh_process is True
    assert (row.failures, row.losses, row.interruptions) == (0, 0, 0)
    assert (row.lease, row.started_at, row.terminated_at, row.result, row.error) == (None,) * 5


def test_its_id_is_a_uuid_of_version_7_so_that_ids_sort_by_creation() -> None:
    first, second = transitions.create([new()])[0], transitions.create([new()])[0]
    assert first.version == 7
    assert first < second


def test_it_has_exactly_one_event_which_shows_it_as_it_was_made() -> None:
    job_id = transitions.create([new()])[0]
    (event,) = events(job_id)
    assert (event.kind, event.actor, event.version, event.attempt) == ("job_created", "ann", 1, 0)
    assert last_event(job_id).snapshot["state"] == "scheduled"


def test_many_are_created_in_order_and_each_has_its_event() -> None:
    one = new()
    ids = transitions.create([replace(one, payload={"user_id": n}) for n in range(1000)])
    assert [Job.objects.get(pk=ids[n]).payload for n in (0, 500, 999)] == [
        {"user_id": 0},
        {"user_id": 500},
        {"user_id": 999},
    ]
    assert ids == sorted(ids)
    assert JobEvent.objects.filter(kind="job_created", job__in=ids).count() == 1000
    in_order = JobEvent.objects.order_by("id").values_list("job_id", flat=True)
    assert list(in_order) == ids


def test_if_one_cannot_be_stored_none_is() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        transitions.create([new(), new(created_by=None)])
    assert not Job.objects.exists()
    assert not JobEvent.objects.exists()


def test_a_delay_counts_from_now_by_the_databases_clock() -> None:
    row = job(transitions.create([new(delay_seconds=90.5)])[0])
    assert row.start_time - row.created_at == timedelta(seconds=90.5)
    assert row.claim_at == row.start_time


def test_a_given_start_is_kept_to_the_microsecond() -> None:
    start_at = timezone.now() + timedelta(days=3, microseconds=1)
    assert job(transitions.create([new(start_at=start_at)])[0]).start_time == start_at


def test_a_start_in_the_past_is_now() -> None:
    row = job(transitions.create([new(start_at=datetime(1999, 1, 1, tzinfo=UTC))])[0])
    assert row.start_time == row.created_at


def test_its_own_priority_goes_before_the_templates() -> None:
    assert job(transitions.create([new(priority=0)])[0]).priority == 0


def test_big_whole_numbers_and_odd_texts_are_stored_as_they_are() -> None:
    payload = {"n": 123456789012345678901234567890, "f": 0.1, "one": 1.0, "t": "ü\U0001f600 %s \\u0000 'x'"}
    stored = job(transitions.create([new(payload=payload)])[0]).payload
    assert stored == payload
    assert isinstance(stored["n"], int)


def test_a_second_event_of_its_creation_cannot_be_recorded() -> None:
    job_id = transitions.create([new()])[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        JobEvent.objects.create(job_id=job_id, kind="job_created", version=1, attempt=0)
    assert kinds(job_id) == ["job_created"]
