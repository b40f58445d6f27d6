"""Ended jobs go after a set age, in small batches that nobody waits for; counts tell what is left."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from jobs.dispatcher import partitions, retention
from jobs.dispatcher.retention import Retention, prune_progress, purge_jobs, purge_keys, purge_series
from jobs.ids import lowest_from
from jobs.models import EndedJob, IdempotencyKey, Job, JobEvent, LiveJob, LogChunk, Series
from jobs.read import overviews
from jobs.read.filters import JobFilter
from jobs.services.preparing import Submission
from jobs.services.series_editing import create_series, delete_series
from jobs.services.submit import submit_job, submit_once
from jobs.transitions import append_log
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    PASSWORD,
    begin,
    document,
    enqueue,
    finish,
    job,
    number_events,
    recurring,
    running,
    scheduled,
    store,
    succeeded,
    template,
)
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


def aged(job_id: uuid.UUID, age: timedelta) -> uuid.UUID:
    """The same job as if it had been made (and, if so, ended) that long ago. Its id tells the time as well."""
    at = datetime.now(UTC) - age
    old = uuid.UUID(int=lowest_from(at).int | job_id.int % 2**64)
    with transaction.atomic():
        EndedJob.objects.filter(pk=job_id).update(id=old, created_at=at, terminated_at=at)
        LiveJob.objects.filter(pk=job_id).update(id=old, created_at=at)
        for held in (JobEvent, LogChunk, IdempotencyKey):
            held._default_manager.filter(job_id=job_id).update(job_id=old)
    return old


def there(*ids: uuid.UUID) -> list[bool]:
    return [Job.objects.filter(pk=one).exists() for one in ids]


def test_only_jobs_that_ended_before_the_set_age_go() -> None:
    old, young, waiting = aged(succeeded(), YEAR), succeeded(), aged(scheduled(), YEAR)
    assert purge_jobs(older_than=MONTH) == 1
    assert there(old, young, waiting) == [False, True, True]
    assert purge_jobs(older_than=MONTH) == 0


def test_a_job_goes_by_its_end_not_by_its_beginning() -> None:
    late = aged(succeeded(), YEAR)
    EndedJob.objects.filter(pk=late).update(terminated_at=datetime.now(UTC))
    assert purge_jobs(older_than=MONTH) == 0


def test_its_events_and_its_log_go_with_it_and_nobody_elses() -> None:
    attempt, other = running(), succeeded()
    lines = [{"time": "", "level": "info", "attempt": 1, "text": "x"}]
    append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines)
    finish(attempt)
    old = aged(attempt.job_id, YEAR)
    assert LogChunk.objects.count() == 1
    purge_jobs(older_than=MONTH)
    assert not LogChunk.objects.exists()
    assert not JobEvent.objects.filter(job_id=old).exists()
    assert JobEvent.objects.filter(job_id=other).count() == 4


def test_counts_tell_what_is_left() -> None:
    for _ in range(3):
        aged(succeeded(), YEAR)
    succeeded(), scheduled()
    purge_jobs(older_than=MONTH)
    found, capped = overviews.count_by_state(JobFilter())
    assert (found["succeeded"], found["scheduled"], capped) == (1, 1, False)


def test_it_goes_in_batches(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.RETENTION_DAYS = 30
    monkeypatch.setattr(retention, "JOBS_PER_BATCH", 2)
    for _ in range(3):
        aged(succeeded(), YEAR)
    loop = Retention()
    assert loop.run_once() == retention.BATCH_INTERVAL_SECONDS
    assert Job.objects.count() == 1
    assert loop.run_once() == retention.ROUND_INTERVAL_SECONDS
    assert not Job.objects.exists()


def test_for_ever_is_for_ever(settings: Any) -> None:
    settings.RETENTION_DAYS = 0
    old = aged(succeeded(), YEAR)
    Retention().run_once()
    assert there(old) == [True]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_somebody_holds_is_left_for_later_and_nobody_waits() -> None:
    held, free = aged(succeeded(), YEAR), aged(succeeded(), YEAR)
    with transaction.atomic():
        EndedJob.objects.select_for_update().get(pk=held)
        together(lambda: purge_jobs(older_than=MONTH))
        assert there(held, free) == [True, False]


@pytest.mark.usefixtures("transactional_db")
def test_announcements_of_progress_go_after_an_hour_but_not_before_they_were_numbered() -> None:
    attempt = running()
    lines = [{"time": "", "level": "info", "attempt": 1, "text": "x"}]
    append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines)
    JobEvent.objects.filter(kind="job_log").update(at=datetime.now(UTC) - timedelta(hours=2))
    assert prune_progress() == 0
    number_events()
    assert prune_progress() == 1
    assert (JobEvent.objects.count(), LogChunk.objects.count()) == (3, 1)


def test_an_idempotency_key_goes_after_a_day() -> None:
    template()
    for key in ("old", "new"):
        submit_once(submission=Submission(OTP), actor=ANN, key=key, body=b"{}")
    IdempotencyKey.objects.filter(key="old").update(created_at=datetime.now(UTC) - timedelta(hours=25))
    assert purge_keys() == 1
    assert IdempotencyKey.objects.get().key == "new"


def test_a_deleted_series_goes_with_its_last_job() -> None:
    template()
    series_id = create_series(job_type=OTP, fields={"every_seconds": 60}, actor=EDITOR)
    attempt = begin(enqueue(Job.objects.get().pk))
    delete_series(series_id=series_id, actor=EDITOR)
    finish(attempt)
    assert purge_series() == 0
    aged(attempt.job_id, YEAR)
    purge_jobs(older_than=MONTH)
    assert purge_series() == 1
    assert not Series.objects.exists()


def test_a_series_that_had_its_last_run_goes_with_its_last_job_unless_its_template_owns_it() -> None:
    store(
        document(rescheduleAfterTermination=True, startInSeconds=1, maxRuns=1), recurring(PASSWORD, maxRuns=1)
    )
    submit_job(submission=Submission(OTP), actor=ANN)
    for job_id in Job.objects.values_list("pk", flat=True):
        finish(begin(enqueue(job_id)))
    assert set(Series.objects.values_list("state", flat=True)) == {"ended"}
    assert purge_series() == 0
    for job_id in Job.objects.values_list("pk", flat=True):
        aged(job_id, YEAR)
    purge_jobs(older_than=MONTH)
    assert purge_series() == 1
    assert Series.objects.get().owned_by_template


def test_a_live_job_of_a_purged_series_number_keeps_its_numbers() -> None:
    template()
    create_series(job_type=OTP, fields={"every_seconds": 60}, actor=EDITOR)
    attempt = begin(enqueue(Job.objects.get().pk))
    finish(attempt)
    aged(attempt.job_id, YEAR)
    purge_jobs(older_than=MONTH)
    assert job(Job.objects.get().pk).series_number == 2


def test_every_row_that_refers_to_a_job_goes_with_it_or_falls_by_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE attname = 'job_id' AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        referring = {table for (table,) in cursor.fetchall()}
    deleted = set(re.findall(r"DELETE FROM (\w+)_default WHERE job_id", retention._PURGE_JOBS))
    assert referring - {"jobs_idempotencykey"} == deleted == set(partitions.TABLES) - {"jobs_ended"}
