"""An upgrade of many rows that is cut off leaves the database as it was, and the next try ends it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.waiting import wait_for
from tests.upgrade.conftest import Start
from tests.upgrade.test_processes import MANAGE, ends, migrate

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
RECORDING = Path(__file__).parent / "recorded" / "jobs-0010.sql"
JOBS = 100_000
# Copies of one ended job, spread over eighty days, each with a first and a last event in the feed.
MANY_ROWS = f"""
    CREATE TEMP TABLE copied AS SELECT job.*, now() - n * interval '69 s' AS at FROM generate_series(1, {JOBS}) AS n,
        (SELECT * FROM jobs_job WHERE state = 'succeeded' LIMIT 1) AS job;
    UPDATE copied SET id = (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000'
            || '8' || substr(md5(random()::text), 1, 15))::uuid,
        created_at = at, start_time = at, started_at = at, terminated_at = at, series_id = NULL, series_number = NULL;
    ALTER TABLE copied DROP COLUMN at;
    INSERT INTO jobs_job SELECT * FROM copied;
    INSERT INTO jobs_jobevent (seq, job_id, kind, at, actor, snapshot)
        SELECT 1000000 + row_number() OVER (ORDER BY id, kind), id, kind, created_at, 'ann',
            jsonb_build_object('state', state, 'version', 1, 'attempt', 0)
        FROM copied, unnest(ARRAY['job_created', 'job_terminated']) AS kind;
    UPDATE jobs_relay SET last_seq = 1000000 + 2 * {JOBS}, sent_seq = 1000000 + 2 * {JOBS};
"""


def test_it_is_begun_again_and_nothing_is_lost_or_doubled(start: Start, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(RECORDING.read_text().encode())
        connection.execute(MANY_ROWS.encode())
        before = described(connection, events="jobs_jobevent")
        assert before["jobs"] > JOBS
        migration = start(*MANAGE, "migrate")
        wait_for("it copies rows", lambda: is_copying(connection), within=60, every=0.01)
        os.kill(migration.pid, signal.SIGKILL)
        wait_for("Postgres notices", lambda: not is_copying(connection), within=60)
        assert described(connection, events="jobs_jobevent") == before
        kind = connection.execute("SELECT relkind FROM pg_class WHERE relname = 'jobs_job'").fetchone()
        assert kind == ("r",)

        migrate(start)
        assert described(connection, events="jobs_event") == before
        counted = connection.execute("SELECT sum(number) FROM jobs_total").fetchone()
        ended = connection.execute("SELECT count(*) FROM jobs_ended").fetchone()
        assert counted == ended
        partitions = connection.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'jobs_ended'::regclass"
        ).fetchone()
        assert partitions is not None
        assert 40 <= partitions[0] <= 62
        status, shown = ends(start(*MANAGE, "check"), within=60)
        assert status == 0, shown


def described(connection: psycopg.Connection, *, events: str) -> dict[str, Any]:
    """What must be the same before and after: how many rows there are, and what they say."""
    jobs = connection.execute(
        """SELECT count(*), sum(hashtext(concat(id, state, reason, payload, result, error, version, attempt,
            created_at, start_time, started_at, terminated_at, created_by, worker))::bigint)
        FROM jobs_job"""
    ).fetchone()
    told = connection.execute(
        f"SELECT count(*), sum(hashtext(concat(id, job_id, kind, at, actor, detail))::bigint) FROM {events}".encode()
    ).fetchone()
    assert jobs is not None
    return {"jobs": jobs[0], "their contents": jobs[1], "events": told}


def is_copying(connection: psycopg.Connection) -> bool:
    found = connection.execute(
        """SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()
        AND state = 'active' AND query LIKE '%INSERT INTO jobs_live%'"""
    ).fetchone()
    return found is not None
