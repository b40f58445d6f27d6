"""An open transaction of another session keeps dead rows: a claim that begins at its marks reads none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from jobs import dispatch_messages
from jobs.lanes import Lane
from jobs.models import LiveJob
from jobs.transitions import Capacity
from jobs.transitions.batches import FINISH, FINISH_AND_CLAIM
from jobs.transitions.capacity import ALL_ROWS, ScanBounds
from jobs.transitions.queueing import CLAIM, claim_params
from jobs.transitions.running import START
from tests.factories import OTP, job, queued, scheduled, worker_node
from tests.jobs_fixtures import copy_waiting

pytestmark = pytest.mark.django_db(transaction=True)
GONE = 5000


@pytest.fixture
def open_transaction() -> Iterator[None]:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT pg_current_xact_id()")
        yield


def pass_through(number: int) -> None:
    """So many jobs were queued, ran and are gone: in three statements instead of three for each."""
    first = scheduled()
    LiveJob.objects.update(claim_at=timezone.now() - timedelta(minutes=10))
    copy_waiting(first, number)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_live SET state = 'queued', publish_due = now() - interval '9 minutes'")
        cursor.execute(
            "UPDATE jobs_live SET state = 'running', worker = 'w', lease = gen_random_uuid(), publish_due = NULL, "
            "started_at = now() - interval '9 minutes'"
        )
        cursor.execute("DELETE FROM jobs_live")


def as_prepared(sql: str) -> tuple[str, list[str]]:
    """The text for PREPARE, and the names of its parameters in order."""
    names = sorted(set(re.findall(r"%\((\w+)\)s", sql)))
    for place, name in enumerate(names, start=1):
        sql = sql.replace(f"%({name})s", f"${place}")
    return sql, names


def pages_read(lane: Lane, *, since: timedelta, bounds: ScanBounds) -> int:
    """Of tables and indexes, by a claim that finds one job."""
    lanes = {lane: timezone.now() - since}
    capacity = Capacity(slots=2, workers=["w"], max_queued=64, bounds=bounds)
    params = claim_params(queue="default", lanes=lanes, limit=64, capacity=capacity)
    sql, names = as_prepared(CLAIM)
    given = ", ".join(f"%({name})s" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan"
        )
        cursor.execute(f"PREPARE claim AS {sql}")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE claim ({given})", params)
        plan = [line for (line,) in cursor.fetchall()]
        cursor.execute("DEALLOCATE claim")
        cursor.execute("ROLLBACK")
    assert re.search("rows=2", plan[0])  # one of the job, one of the lane
    return sum(int(number) for number in re.findall(r"(?:hit|read)=(\d+)", plan[1]))


@pytest.mark.usefixtures("open_transaction")
def test_a_claim_that_begins_at_its_marks_reads_nothing_of_the_jobs_that_are_gone() -> None:
    worker_node("w", slots=2)
    pass_through(GONE)
    row = job(scheduled())
    lane = Lane(row.queue, row.limited, row.priority, OTP)
    found = dispatch_messages.poll()
    assert found.lanes == {lane: row.claim_at}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE jobs_live")  # as autovacuum would: it now knows of one row
    at_marks = pages_read(lane, since=timedelta(seconds=1), bounds=found.bounds("default"))
    from_the_first = pages_read(lane, since=timedelta(hours=1), bounds=ALL_ROWS)
    assert from_the_first > GONE
    assert at_marks < 200


@pytest.mark.usefixtures("open_transaction")
def test_the_marks_leave_out_no_job_that_is_queued_or_runs_for_long() -> None:
    pass_through(100)
    long = job(queued())
    LiveJob.objects.filter(pk=long.pk).update(
        state="running", worker="w", lease=long.pk, started_at=timezone.now() - timedelta(hours=1)
    )
    waiting = job(queued())
    bounds = dispatch_messages.poll().bounds("default")
    assert bounds.long_runs == [long.pk]
    assert bounds.queued_since is not None
    assert waiting.publish_due is not None
    assert bounds.queued_since <= waiting.publish_due


@pytest.mark.parametrize(
    "sql", [FINISH_AND_CLAIM, FINISH, START], ids=["finish and claim", "finish", "start"]
)
def test_a_worker_finds_its_jobs_by_their_ids_alone(sql: str) -> None:
    """Whatever Postgres knows of the table: no other index of it is read."""
    sql, names = as_prepared(sql)
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan"
        )
        cursor.execute(f"PREPARE work AS {sql}")
        cursor.execute(f"EXPLAIN EXECUTE work ({', '.join(['NULL'] * len(names))})")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE work")
        cursor.execute("ROLLBACK")
    assert set(re.findall(r"(?:using|on) (live_\w+|jobs_live_pkey)", plan)) == {"jobs_live_pkey"}
