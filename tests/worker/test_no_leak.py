"""Jobs leave no descriptor open in any process, nor a connection in Postgres: not even one in twenty does."""

from __future__ import annotations

from collections import Counter

import psutil
import psycopg
import pytest

from tests.support.api import Api
from tests.support.platform import OWN_PROCESSES, Platform
from tests.support.real_servers import RealServers
from tests.support.waiting import wait_for

WARM_UP, JOBS = 100, 400
WORK_SECONDS = 120
# What pools keep open for the next job or request comes and goes.
MAY_GROW = JOBS // 20
REST_SECONDS = 60
CONNECTIONS = "connections of Postgres"


def held(platform: Platform, sql: psycopg.Connection) -> Counter[str]:
    pids = platform.pids()
    found = Counter({name: sum(one.num_fds() for one in tree(pids[name])) for name in OWN_PROCESSES})
    (row,) = sql.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
    found[CONNECTIONS] = row[0]
    return found


def tree(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def work(api: Api, sql: psycopg.Connection, number: int) -> None:
    job = {"job_type": "sleeper", "payload": {"seconds": 0}, "start_in_seconds": 0}
    made = api.post("jobs/bulk/", json={"jobs": [job] * number}).raise_for_status().json()["job_ids"]
    succeeded = "SELECT count(*) FROM jobs_job WHERE state = 'succeeded' AND id = ANY(%s::uuid[])"
    wait_for(
        "all have run", lambda: sql.execute(succeeded, [made]).fetchone() == (number,), within=WORK_SECONDS
    )


@pytest.mark.parametrize("platform", ["real"], indirect=True)
def test_hundreds_of_jobs_leave_nothing_open(platform: Platform, real: RealServers) -> None:
    with platform.api("operator") as api, psycopg.connect(real.database.url, autocommit=True) as sql:
        work(api, sql, WARM_UP)
        limits = Counter({name: count + MAY_GROW for name, count in held(platform, sql).items()})
        work(api, sql, JOBS)
        wait_for(f"no more than {limits} is held", lambda: held(platform, sql) <= limits, within=REST_SECONDS)
