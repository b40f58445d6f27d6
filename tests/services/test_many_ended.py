"""Counts and searches read about as much however many jobs have ended."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection

from jobs import ids
from jobs.models import EndedJob, JobEvent
from jobs.read import names, overviews
from jobs.read.filters import JobFilter
from jobs.read.overviews import count_by_state
from jobs.states import EventKind
from tests.factories import ANN, number_events, succeeded, template

MANY = 3000


def copy_ended(job_id: uuid.UUID, number: int) -> None:
    """Adds jobs like this one, each with its last event."""
    row = EndedJob.objects.get(pk=job_id)
    fields = {field.attname: getattr(row, field.attname) for field in EndedJob._meta.concrete_fields}
    made = [EndedJob(**{**fields, "id": uuid.UUID(int=job_id.int - place - 1)}) for place in range(number)]
    EndedJob.objects.bulk_create(made)
    JobEvent.objects.bulk_create(
        JobEvent(job_id=one.pk, version=1, attempt=1, kind=EventKind.TERMINATED) for one in made
    )


def pages_read(sql: str, params: dict[str, Any]) -> int:
    """Of tables and indexes, with the plan that Postgres makes after it has looked at the tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_ended, jobs_event, jobs_live")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "params"),
    [
        (overviews._COUNT_EXACTLY, {"states": [], "types": [], "seen": [], "are_excluded": True}),
        (names._AUTHORS, {"text": "nn", "since": ids.LOWEST}),
    ],
    ids=["exact counts", "authors"],
)
def test_it_reads_as_much_however_many_have_ended(sql: str, params: dict[str, Any]) -> None:
    template()
    job_id = succeeded(actor=ANN)
    number_events()
    few = pages_read(sql, params)
    copy_ended(job_id, MANY)
    while number_events():
        pass
    assert pages_read(sql, params) <= few + 25
    assert count_by_state(JobFilter())[0]["succeeded"] == MANY + 1
    assert names.find_authors("NN", since=ids.LOWEST) == [ANN.name]
