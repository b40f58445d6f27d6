"""A claim reads about as many jobs as it takes, however many wait, by the plan that Postgres keeps for all cases."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs.lanes import Lane
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.transitions import Capacity
from jobs.transitions.queueing import CLAIM, CLAIM_LIMITED, claim_params
from tests.factories import ANN, OTP, PASSWORD, document, scheduled, store
from tests.jobs_fixtures import copy_waiting

pytestmark = pytest.mark.django_db
NOW = timezone.now() - timedelta(hours=1)
BOTH = pytest.mark.parametrize("sql", [CLAIM, CLAIM_LIMITED], ids=["without limits", "with limits"])


def explained(sql: str, capacity: Capacity, *, how: str = "") -> list[str]:
    lanes = {
        Lane("default", True, 0, "limited"): NOW,
        **{Lane("default", False, 0, name): NOW for name in (OTP, PASSWORD)},
    }
    params: dict[str, Any] = claim_params(queue="default", lanes=lanes, limit=64, capacity=capacity)
    params |= {"free": '{"limited": 1}'}
    names = sorted({name for name in params if f"%({name})s" in sql})
    for place, name in enumerate(names, start=1):
        sql = sql.replace(f"%({name})s", f"${place}")
    given = ", ".join(f"%({name})s" for name in names)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE claim AS {sql}")
        cursor.execute(f"EXPLAIN {how} EXECUTE claim ({given})", params)
        plan = [line.strip() for (line,) in cursor.fetchall()]
        cursor.execute("DEALLOCATE claim")
    return plan


@BOTH
def test_a_plan_made_on_a_new_table_does_not_look_at_all_jobs_that_wait(sql: str) -> None:
    with connection.cursor() as cursor:
        # The table of the other tests' jobs is of any size, and autovacuum may have looked at it.
        cursor.execute("CREATE SCHEMA new; CREATE TABLE new.jobs_live (LIKE jobs_live INCLUDING ALL)")
        cursor.execute("SET LOCAL search_path = new, public")
    read = {line for line in explained(sql, Capacity()) if line.startswith("Index Cond: ")}
    in_lanes = {line for line in read if re.match(r"Index Cond: \(\(queue = \$\d+\) AND \(limited = ", line)}
    for column in ("priority", "job_type", "claim_at"):
        assert all(f"({column} " in line or f"({column})::text" in line for line in in_lanes), column
    assert any("(claim_at >= lane" in line or "(claim_at >= due_lane" in line for line in in_lanes)
    few = ("(id = ANY", "(publish_due >= ", "(started_at >= ")
    assert not [line for line in read - in_lanes if not any(part in line for part in few)]


def pages_read(sql: str, slots: int) -> int:
    """Of tables and indexes."""
    plan = explained(
        sql, Capacity(slots=slots, workers=["w"], max_queued=64), how="(ANALYZE, BUFFERS, TIMING OFF)"
    )
    return sum(int(number) for number in re.findall(r"(?:hit|read)=(\d+)", plan[1]))


@BOTH
@pytest.mark.parametrize("slots", [3, 1000])
def test_a_claim_costs_the_same_however_many_wait(sql: str, slots: int) -> None:
    store(document(OTP), document(PASSWORD))
    first = scheduled(OTP)
    submit_jobs(submissions=[Submission(PASSWORD)] * 5, actor=ANN)
    few = pages_read(sql, slots)
    copy_waiting(first, 20_000)
    assert pages_read(sql, slots) < few + 1500
