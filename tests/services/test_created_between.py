"""Filters by time are exact to the microsecond: a job's id holds its `created_at`, by the database's clock."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict

from jobs import transitions
from jobs.ids import lowest_after, lowest_from, prefix_sql
from jobs.models import Job
from jobs.read.filters import from_query
from tests.factories import job, queued, scheduled, succeeded, template
from tests.services.test_create_jobs import new

MICROSECOND = timedelta(microseconds=1)
TIMES = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 999, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 1000, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 999_999, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


def found(**query: str) -> list[uuid.UUID]:
    jobs = from_query(QueryDict(urlencode(query))).apply(Job.objects.order_by("pk"))
    return list(jobs.values_list("pk", flat=True))


def created(job_id: uuid.UUID, shifted: timedelta = timedelta()) -> str:
    at: datetime = job(job_id).created_at
    return (at + shifted).isoformat()


@pytest.mark.django_db(transaction=True)  # each job at a time of its own: they are in one transaction else
class TestTimesOfCreation:
    def test_a_time_parts_earlier_jobs_from_later_ones(self) -> None:
        one, two, three = scheduled(), scheduled(), scheduled()
        assert found(created_before=created(two)) == [one]
        assert found(created_after=created(two)) == [three]
        assert found(created_after=created(one), created_before=created(three)) == [two]
        assert found(created_after=created(three), created_before=created(one)) == []

    def test_a_microsecond_makes_the_difference(self) -> None:
        one, two = scheduled(), scheduled()
        assert found(created_before=created(two, MICROSECOND)) == [one, two]
        assert found(created_after=created(one, -MICROSECOND)) == [one, two]
        assert found(created_before=created(one)) == []
        assert found(created_after=created(two)) == []

    def test_a_time_goes_with_the_other_filters(self) -> None:
        one, two, three = queued(), scheduled(), queued()
        assert found(created_before=created(three), state="queued") == [one]
        assert found(created_after=created(one), state="queued") == [three]
        assert found(created_after=created(one), state="scheduled", job_type=job(two).template_id) == [two]

    def test_jobs_of_one_moment_are_parted_by_none(self) -> None:
        template()
        ids = transitions.create([new() for _ in range(20)])
        assert {job(job_id).created_at for job_id in ids} == {job(ids[0]).created_at}
        assert (
            found(created_after=created(ids[0], -MICROSECOND), created_before=created(ids[0], MICROSECOND))
            == ids
        )
        assert found(created_after=created(ids[0])) == found(created_before=created(ids[0])) == []

    def test_times_at_the_ends_of_the_calendar_are_taken(self) -> None:
        one = scheduled()
        assert found(created_after="0001-01-01T00:00:00+14:00") == [one]
        assert found(created_before="0001-01-01T00:00:00Z") == []
        assert found(created_before="9999-12-31T23:59:59.999999-14:00") == [one]
        assert found(created_after="9999-12-31T23:59:59.999999-14:00") == []

    def test_so_are_those_between_which_jobs_ended(self) -> None:
        one = succeeded()
        assert found(ended_after="0001-01-01T00:00:00+14:00") == [one]
        assert found(ended_before="0001-01-01T00:00:00Z") == []
        assert found(ended_before="9999-12-31T23:59:59.999999-14:00") == [one]
        assert found(ended_after="9999-12-31T23:59:59.999999Z") == []


@pytest.mark.django_db
def test_the_id_of_every_job_holds_its_time_of_creation() -> None:
    template()
    for job_id in (scheduled(), *transitions.create([new(), new()])):
        at = job(job_id).created_at
        assert lowest_from(at) <= job_id < lowest_after(at)
        assert (job_id.version, job_id.variant) == (7, uuid.RFC_4122)


@pytest.mark.django_db
@pytest.mark.parametrize("at", TIMES)
def test_postgres_and_python_agree_on_the_ids_of_a_time(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {prefix_sql('moment.at')} FROM (SELECT %s::timestamptz AS at) AS moment", [at]
        )
        (start,) = cursor.fetchone()
    assert uuid.UUID(start + "0" * 16) == lowest_from(at)


@pytest.mark.parametrize("at", TIMES[:-1])
def test_the_ids_of_a_time_end_where_those_of_the_next_microsecond_begin(at: datetime) -> None:
    assert lowest_from(at) < lowest_after(at) == lowest_from(at + MICROSECOND)
    assert lowest_from(at).int >> 64 != lowest_after(at).int >> 64
