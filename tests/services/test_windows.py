"""Lists read window by window show what one query over all jobs would."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from jobs import ids
from jobs.models import EndedJob, Job, JobTotal
from jobs.read import windows
from jobs.read.filters import JobFilter
from jobs.read.overviews import count_by_state
from tests.factories import OTP, PASSWORD, scheduled, succeeded, template

pytestmark = pytest.mark.django_db
AGES = [0, 0.01, 0.9, 1.1, 2, 6, 8, 9, 30, 70, 80, 400]


@pytest.fixture
def jobs() -> list[uuid.UUID]:
    """Ended jobs of these ages in days, newest first; every third is of another type."""
    template()
    template(PASSWORD)
    now, made = datetime.now(UTC), []
    for place, age in enumerate(AGES):
        job_id = succeeded(PASSWORD if place % 3 == 2 else OTP)
        created = now - timedelta(days=age)
        old = uuid.UUID(int=ids.lowest_from(created).int | job_id.int % 2**62)
        EndedJob.objects.filter(pk=job_id).update(id=old, created_at=created, terminated_at=created)
        made.append(old)
    return made


def newest(limit: int, before: uuid.UUID | None = None, **filters: object) -> list[uuid.UUID]:
    found = windows.newest_first(Job.objects.filter(**filters), ("id",), before=before, limit=limit)
    return [row["id"] for row in found.rows]


@pytest.mark.parametrize("limit", [1, 3, 5, 12, 50])
def test_newest_first_in_pages_of_any_size(jobs: list[uuid.UUID], limit: int) -> None:
    seen: list[uuid.UUID] = []
    while page := newest(limit, before=seen[-1] if seen else None):
        assert len(page) <= limit
        seen += page
    assert seen == jobs


@pytest.mark.parametrize("limit", [1, 3, 5, 12, 50])
def test_oldest_first_in_pages_of_any_size(jobs: list[uuid.UUID], limit: int) -> None:
    seen: list[uuid.UUID] = []
    after = uuid.UUID(int=0)
    while page := windows.oldest_first(Job.objects.all(), ("id",), after=after, limit=limit):
        seen += [row["id"] for row in page]
        after = seen[-1]
    assert seen == jobs[::-1]


def test_with_a_filter_that_few_match(jobs: list[uuid.UUID]) -> None:
    assert newest(3, template=PASSWORD) == jobs[2::3][:3]
    assert newest(50, template=PASSWORD) == jobs[2::3]
    assert newest(50, created_by="nobody") == []


def test_live_jobs_are_among_them(jobs: list[uuid.UUID]) -> None:
    live = scheduled()
    assert newest(2) == [live, jobs[0]] or newest(2) == [jobs[0], live]
    assert len(newest(50)) == len(jobs) + 1


DAYS = [None, 0, 1, 5, 8.5, 75, 500]


@pytest.mark.parametrize("after", DAYS)
@pytest.mark.parametrize("before", DAYS)
def test_times_of_the_end_choose_the_same_jobs_however_they_are_read(
    jobs: list[uuid.UUID], after: float | None, before: float | None
) -> None:
    now = datetime.now(UTC)
    EndedJob.objects.filter(pk=jobs[-3]).update(terminated_at=now - timedelta(days=2))  # it ran for weeks
    wanted = JobFilter(
        ended_after=None if after is None else now - timedelta(days=after),
        ended_before=None if before is None else now - timedelta(days=before),
    )
    chosen = wanted.apply(Job.objects.all())
    found = windows.newest_first(chosen, ("id",), before=None, limit=50, ended=wanted.ended)
    assert [row["id"] for row in found.rows] == list(chosen.order_by("-pk").values_list("pk", flat=True))


def test_jobs_that_ended_long_after_their_creation_are_not_looked_for_among_all(
    jobs: list[uuid.UUID], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wanted = JobFilter(ended_after=datetime.now(UTC) - timedelta(days=5))
    chosen = wanted.apply(Job.objects.all())
    with django_assert_num_queries(6) as captured:
        windows.newest_first(chosen, ("id",), before=None, limit=50, ended=wanted.ended)
    read = [query["sql"] for query in captured if "jobs_job" in query["sql"]]
    assert ["GREATEST" in sql for sql in read] == [False, False, True, True]


def test_a_place_that_no_job_can_have_is_a_place_all_the_same(jobs: list[uuid.UUID]) -> None:
    assert newest(50, before=uuid.UUID(int=2**128 - 1)) == jobs
    assert newest(50, before=uuid.UUID(int=1)) == []
    assert windows.oldest_first(Job.objects.all(), ("id",), after=uuid.UUID(int=2**128 - 1), limit=5) == []


def test_a_search_looks_at_whole_days_until_they_have_enough(
    jobs: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert windows.searched_since() is None
    today = datetime.now(UTC).date()
    for age, number in ((0, 5), (3, 5), (9, 5)):
        JobTotal.objects.create(
            day=today - timedelta(days=age), job_type=OTP, state="succeeded", number=number
        )
    monkeypatch.setattr(windows, "MIN_SEARCHED", 10)
    since = windows.searched_since()
    assert since is not None
    assert since.date() == today - timedelta(days=3)
    counts, is_capped = count_by_state(JobFilter(search="otp"))
    assert is_capped
    assert counts["succeeded"] == sum(1 for place, age in enumerate(AGES) if age < 3 and place % 3 != 2)


@pytest.mark.django_db(transaction=True)
def test_a_list_that_takes_long_ends_early_and_goes_on_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WINDOW_SECONDS", 0.1)
    newest, old = scheduled(), succeeded()
    aged = ids.lowest_from(datetime.now(UTC) - timedelta(days=3))
    EndedJob.objects.filter(pk=old).update(id=aged)
    slow = Job.objects.extra(
        where=["CASE WHEN template_version > 0 AND id < %s THEN pg_sleep(0.5) IS NOT NULL ELSE true END"],
        params=[ids.lowest_from(datetime.now(UTC) - timedelta(days=2))],
    )
    rows, end = windows.newest_first(slow, ("id",), before=None, limit=10)
    assert [row["id"] for row in rows] == [newest]
    assert end is not None
    assert aged < end < newest
    rows, end = windows.newest_first(Job.objects.all(), ("id",), before=end, limit=10)
    assert ([row["id"] for row in rows], end) == ([aged], None)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() != ("100ms",)
