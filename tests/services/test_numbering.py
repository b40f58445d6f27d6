"""Numbering: each committed event gets a number once, whatever commits late, is rolled back or runs beside it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from jobs.dispatcher import numbering as numbering_module
from jobs.models import JobEvent
from jobs.read import records
from jobs.services.control import terminate_job
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import ANN, OTP, enqueue, feed, number_events, scheduled, template
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db(transaction=True)


def all_events() -> list[int]:
    return list(JobEvent.objects.order_by("id").values_list("id", flat=True))


def test_an_event_that_commits_late_gets_a_later_number() -> None:
    template()
    late, early = scheduled(), scheduled()
    number_events()
    before = records.newest_seq()
    with transaction.atomic():
        change_quietly(late)
        together(lambda: enqueue(early), number_events)
        together(number_events)
    number_events()
    fresh = [event["job_id"] for event in records.events_after(before, limit=10)]
    assert fresh == [early, late]


def test_an_event_that_was_rolled_back_is_looked_for_until_all_that_ran_then_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numbering_module, "GENERATION_SECONDS", 0)
    template()
    job_id = scheduled()
    undo(lambda: change_quietly(job_id))
    # No transaction of the first look is left at the second one.
    for expected in (True, False):
        scheduled()
        number_events()
        assert misses_some() == expected
    assert feed() == all_events()


def test_ids_that_were_rolled_back_last_are_given_up_without_new_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numbering_module, "GENERATION_SECONDS", 0)
    template()
    job_id = scheduled()
    relay = numbering_module.Numbering()
    assert relay.run_once()
    undo(lambda: change_quietly(job_id))
    for _ in range(4):
        assert relay.run_once() is None
    assert not misses_some()
    assert relay._is_complete
    terminate_job(job_id=job_id, actor=ANN)
    assert relay.run_once()
    assert feed() == all_events()


def test_a_reader_passes_over_numbers_whose_events_are_deleted() -> None:
    template()
    jobs = [scheduled() for _ in range(3)]
    number_events()
    JobEvent.objects.filter(job_id__in=jobs[:2]).delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "MIN_WINDOW", 1)
        events, upto = records.feed_after(0, limit=1)
        assert ([event["job_id"] for event in events], upto) == ([jobs[2]], 3)
        patch.setattr(records, "MAX_WINDOWS", 1)
        assert records.feed_after(0, limit=1) == ([], 1)
    assert records.feed_after(3, limit=5) == ([], 3)


def test_while_a_transaction_is_open_nothing_is_given_up_that_it_may_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numbering_module, "GENERATION_SECONDS", 0)
    template()
    held, others = scheduled(), [scheduled() for _ in range(5)]
    with transaction.atomic():
        change_quietly(held)
        for one in others:
            together(partial(terminate_job, job_id=one, actor=ANN), number_events)
            together(number_events)
        together(lambda: misses_some() or pytest.fail("it was given up"))
    number_events()
    assert sorted(feed()) == all_events()
    assert feed()[-1] < max(all_events())


def test_relays_side_by_side_number_each_event_once_and_leave_no_hole() -> None:
    template()
    until = time.monotonic() + 1

    def create() -> None:
        while time.monotonic() < until:
            submit_jobs(submissions=[Submission(OTP)] * 5, actor=ANN)

    def create_and_undo() -> None:
        while time.monotonic() < until:
            undo(lambda: submit_jobs(submissions=[Submission(OTP)] * 5, actor=ANN))

    def relay() -> None:
        while time.monotonic() < until:
            number_events()

    together(create, create, create_and_undo, relay, relay, relay)
    while number_events():
        pass
    assert sorted(feed()) == all_events()
    assert records.newest_seq() == len(all_events()) > 20


def misses_some() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT isempty(missing + missing_before) FROM jobs_relaystate ORDER BY last_seq DESC LIMIT 1"
        )
        return bool(cursor.fetchone()[0])


def change_quietly(job_id: uuid.UUID) -> None:
    """A change of the job in a transaction that has not committed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_event (job_id, version, attempt, kind) VALUES (%s, 1, 0, 'job_changed')",
            [job_id],
        )


def undo(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)
