"""Partitions of ended jobs, events and log: made ahead, dropped when they are old, and never in anybody's way."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.utils import OperationalError

from foundation.database_errors import is_timeout
from jobs import ids
from jobs.dispatcher import partitions
from jobs.dispatcher.partitions import TABLES, drop_old_partitions, list_partitions, make_partitions
from jobs.dispatcher.retention import Retention
from jobs.models import EndedJob, JobEvent, LiveJob, LogChunk
from jobs.read import queries, records
from jobs.read.filters import JobFilter
from jobs.read.overviews import count_by_state
from jobs.transitions import append_log
from tests.factories import finish, job, kinds, number_events, running, scheduled, succeeded

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# A day in the past that no job of other tests was created in.
OLD = datetime(2026, 3, 1, tzinfo=UTC)
CUTOFF = OLD + 30 * DAY


def sql(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def partition_of(day: datetime, days: int = 1) -> None:
    """Makes the partitions for a day, also a past one, of all three tables."""
    for table in TABLES:
        bounds = f"FROM ('{ids.lowest_from(day)}') TO ('{ids.lowest_from(day + days * DAY)}')"
        sql(f"CREATE TABLE {table}_{day:%Y%m%d} PARTITION OF {table} FOR VALUES {bounds}")


def stored_in(table: str, job_id: uuid.UUID) -> set[str]:
    key = TABLES[table]
    return {name for (name,) in sql(f"SELECT tableoid::regclass::text FROM {table} WHERE {key} = '{job_id}'")}


def created_at(job_id: uuid.UUID, at: datetime) -> uuid.UUID:
    """The same job as if it had been created at that time; if it has ended, it ended then."""
    old = uuid.UUID(int=ids.lowest_from(at).int | job_id.int % 2**64)
    EndedJob.objects.filter(pk=job_id).update(id=old, created_at=at, terminated_at=at)
    LiveJob.objects.filter(pk=job_id).update(id=old, created_at=at)
    for held in (JobEvent, LogChunk):
        held._default_manager.filter(job_id=job_id).update(job_id=old)
    return old


def with_log() -> uuid.UUID:
    attempt = running()
    append_log(
        job_id=attempt.job_id,
        lease=attempt.lease,
        lines=[{"time": "", "level": "info", "attempt": 1, "text": "x"}],
    )
    finish(attempt)
    return attempt.job_id


def test_a_week_is_made_ahead_and_nothing_twice() -> None:
    now = datetime(2031, 5, 5, 13, 30, tzinfo=UTC)
    made = make_partitions(now=now, days=1)
    assert made[:4] == [*(f"{table}_20310506" for table in TABLES), "jobs_ended_20310507"]
    assert len(made) == 3 * 7
    assert make_partitions(now=now, days=1) == []
    assert make_partitions(now=now + DAY, days=1) == [f"{table}_20310513" for table in TABLES]
    for table in TABLES:
        found = list_partitions(table)
        assert all(before.end == after.first for before, after in pairwise(found))


def test_beside_a_large_default_partition_it_is_scanned_before_it_is_locked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partitions, "MAX_SCANNED_BYTES", 0)
    succeeded()
    assert len(make_partitions(now=datetime(2031, 5, 5, tzinfo=UTC), days=1)) == 3 * 6
    assert sql("SELECT 1 FROM pg_constraint WHERE conname = 'rows_elsewhere'") == []


@pytest.mark.parametrize(
    ("retention", "days"), [(1, 1), (30, 1), (60, 1), (61, 2), (365, 7), (36_500, 609), (0, 91)]
)
def test_there_are_about_sixty_at_most(retention: int, days: int) -> None:
    assert partitions.partition_days(retention) == days


def test_rows_of_an_ended_job_go_to_the_partitions_of_its_day_and_are_read_as_before() -> None:
    partition_of(OLD)
    job_id = created_at(with_log(), OLD + DAY / 2)
    for table in TABLES:
        assert stored_in(table, job_id) == {f"{table}_20260301"}
    assert job(job_id).state == "succeeded"
    assert kinds(job_id)[0] == "job_created"
    assert [line["text"] for line in records.log_lines(job_id, after=0, limit=9)] == ["x"]


def test_a_row_without_a_partition_is_kept_all_the_same_and_no_partition_is_made_for_its_day() -> None:
    job_id = created_at(with_log(), datetime(2031, 5, 7, 12, tzinfo=UTC))
    assert stored_in("jobs_ended", job_id) == {"jobs_ended_default"}
    made = make_partitions(now=datetime(2031, 5, 5, tzinfo=UTC), days=1)
    assert "jobs_ended_20310506" in made
    assert "jobs_ended_20310507" not in made
    assert "jobs_ended_20310508" in made
    assert job(job_id).state == "succeeded"


def test_ones_made_by_hand_are_followed() -> None:
    for table in TABLES:
        bounds = f"FROM ('{ids.lowest_from(OLD)}') TO ('{ids.lowest_from(datetime(2031, 5, 9, tzinfo=UTC))}')"
        sql(f"CREATE TABLE {table}_by_hand PARTITION OF {table} FOR VALUES {bounds}")
    made = make_partitions(now=datetime(2031, 5, 5, tzinfo=UTC), days=1)
    assert made[0] == "jobs_ended_20310509"
    assert len(made) == 3 * 3


def test_an_old_one_goes_with_all_its_jobs() -> None:
    partition_of(OLD)
    gone, other = created_at(with_log(), OLD), with_log()
    assert sorted(drop_old_partitions(cutoff=CUTOFF)) == sorted(f"{table}_20260301" for table in TABLES)
    assert [queries.states_of([gone]), kinds(gone)] == [{}, []]
    assert records.log_lines(gone, after=0, limit=9) == []
    assert len(kinds(other)) == 5
    assert drop_old_partitions(cutoff=CUTOFF) == []


def test_one_that_is_not_old_to_its_end_stays() -> None:
    partition_of(OLD)
    assert drop_old_partitions(cutoff=OLD + DAY / 2) == []
    assert drop_old_partitions(cutoff=OLD + DAY - timedelta(milliseconds=1)) == []
    assert len(drop_old_partitions(cutoff=OLD + DAY)) == 3


def test_what_still_lives_or_ended_lately_is_kept_with_its_events_and_log() -> None:
    partition_of(OLD)
    lives, lately, gone = (
        created_at(scheduled(), OLD),
        created_at(with_log(), OLD),
        created_at(with_log(), OLD),
    )
    EndedJob.objects.filter(pk=lately).update(terminated_at=CUTOFF)
    before = {one: (kinds(one), records.log_lines(one, after=0, limit=9)) for one in (lives, lately)}
    assert len(drop_old_partitions(cutoff=CUTOFF)) == 3
    assert queries.states_of([lives, lately, gone]) == {lives: "scheduled", lately: "succeeded"}
    assert before == {one: (kinds(one), records.log_lines(one, after=0, limit=9)) for one in (lives, lately)}
    assert stored_in("jobs_event", lives) == {"jobs_event_default"}


@pytest.mark.parametrize("begin", [OLD, OLD + DAY / 4], ids=["whole days", "made by hand"])
def test_counts_are_exact_before_and_after(begin: datetime) -> None:
    partition_of(begin)
    number_events()
    for at in (OLD + DAY / 2, OLD + DAY / 2, OLD + DAY / 8):
        created_at(succeeded(), at)
    lately = created_at(succeeded(), OLD + DAY / 2)
    EndedJob.objects.filter(pk=lately).update(terminated_at=CUTOFF)
    number_events()
    just_now = created_at(succeeded(), OLD + DAY / 2)
    EndedJob.objects.filter(pk=just_now).update(terminated_at=CUTOFF)
    assert counted() == EndedJob.objects.count() == 5
    assert len(drop_old_partitions(cutoff=CUTOFF)) == 3
    assert counted() == EndedJob.objects.count() < 5
    number_events()
    assert counted() == EndedJob.objects.count() >= 2


def counted() -> int:
    return count_by_state(JobFilter())[0]["succeeded"]


def test_one_with_too_many_that_are_kept_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "MAX_MOVED_JOBS", 1)
    partition_of(OLD)
    for _ in range(2):
        EndedJob.objects.filter(pk=created_at(succeeded(), OLD)).update(terminated_at=CUTOFF)
    assert drop_old_partitions(cutoff=CUTOFF) == []
    assert EndedJob.objects.count() == 2
    assert JobEvent.objects.count() == 8


def test_the_retention_loop_makes_and_drops_them(settings: Any) -> None:
    settings.RETENTION_DAYS = 30
    partition_of(OLD)
    Retention().run_once()
    today = queries.now().astimezone(UTC)
    names = {partition.name for partition in list_partitions("jobs_ended")}
    assert {f"jobs_ended_{today + day * DAY:%Y%m%d}" for day in range(1, 8)} <= names
    # A statement that has chosen the default partition for its row would fail.
    assert f"jobs_ended_{today:%Y%m%d}" not in names
    assert "jobs_ended_20260301" not in names


@pytest.fixture
def committed_partition(transactional_db: None) -> Iterator[None]:
    partition_of(OLD)
    yield
    for table in TABLES:
        for partition in list_partitions(table):
            sql(f"DROP TABLE {partition.name}")
        sql(f"ALTER TABLE {table}_default DROP CONSTRAINT IF EXISTS rows_elsewhere")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed_partition")
def test_while_somebody_reads_for_long_nothing_is_dropped_and_nobody_waits() -> None:
    gone = created_at(succeeded(), OLD)
    params: dict[str, Any] = {**connection.get_connection_params(), "cursor_factory": None}
    params = {
        name: value
        for name, value in params.items()
        if name in ("dbname", "user", "host", "port", "password")
    }
    with psycopg.connect(**params) as reader:
        reader.execute("SELECT count(*) FROM jobs_job")
        began = time.monotonic()
        with pytest.raises(OperationalError) as refused:
            drop_old_partitions(cutoff=CUTOFF)
        assert is_timeout(refused.value)
        assert time.monotonic() - began < 5
        assert queries.states_of([gone]) == {gone: "succeeded"}
    assert len(drop_old_partitions(cutoff=CUTOFF)) == 3
