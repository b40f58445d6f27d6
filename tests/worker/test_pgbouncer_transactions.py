"""The whole platform behind a PgBouncer that pools by transaction, with few connections to Postgres."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import psycopg
import pytest

from launcher.servers import Account, Postgres, find_programs
from tests.faults.proxy import Link, Mode, Proxies
from tests.support.api import Api
from tests.support.folders import make_private_folder
from tests.support.pgbouncer import PgBouncer, run_pgbouncer
from tests.support.platform import Platform
from tests.support.ports import find_free_port
from tests.support.servers import OwnServer, run_servers
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
POOL_SIZE = 4
MANY = 300
SETTINGS = (
    "enable_seqscan",
    "jit",
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
)
PROBLEMS_OF_POOLS = {"wakeups_lost", "limits_missing"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnServer]:
    with make_private_folder("pooled") as folder:
        account = Account.of_the_servers()
        account.own(folder)
        programs = find_programs(folder, account)
        server = Postgres(
            folder,
            program=programs["postgres"],
            account=account,
            port=find_free_port(),
            password="only-for-tests",
        )
        own = OwnServer(server, url=server.urls["DATABASE_URL"])
        with run_servers(own):
            yield own


@pytest.fixture(scope="module")
def bouncer(postgres: OwnServer) -> Iterator[PgBouncer]:
    with run_pgbouncer(postgres.url, default_pool_size=str(POOL_SIZE)) as bouncer:
        yield bouncer


@pytest.fixture(scope="module")
def link(postgres: OwnServer) -> Iterator[Link]:
    """The way of DATABASE_DIRECT_URL to Postgres."""
    with Proxies() as proxies:
        yield proxies.link(postgres.url)


@pytest.fixture(scope="module")
def platform(link: Link, bouncer: PgBouncer) -> Iterator[Platform]:
    settings = {"DATABASE_URL": bouncer.url, "DATABASE_DIRECT_URL": link.url}
    with make_private_folder("platform") as folder:
        platform = Platform(folder, settings=settings)
        try:
            platform.start()
            yield platform
        finally:
            platform.stop()


def test_everything_works_and_leaves_nothing_in_the_sessions_of_the_pool(
    platform: Platform, bouncer: PgBouncer
) -> None:
    with platform.listen() as listener, platform.api("operator") as api:
        single = api.create("sleeper", {"seconds": 0})["job_id"]
        assert api.await_end(single)["state"] == "succeeded"
        listener.await_ends([single], within=30)
        stopped = api.create("sleeper", {"seconds": 600})["job_id"]
        api.await_running(stopped)
        assert api.post(f"jobs/{stopped}/terminate/").is_success
        assert api.await_end(stopped)["state"] == "terminated"
        ids = create_many(api)
        listener.await_ends(ids, within=60)
        assert {api.job(job_id)["state"] for job_id in ids[::50]} == {"succeeded"}
        wait_for("a recurring job has run", lambda: has_run(api, "profile_stats_aggregator_job"), within=60)
        assert api.get("jobs/").is_success
        assert api.log(single) is not None
    with psycopg.connect(bouncer.direct_url) as direct:
        ((partitions,),) = direct.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'jobs_ended'::regclass"
        )
        assert partitions > 5
        ((numbered,),) = direct.execute("SELECT max(last_seq) FROM jobs_relaystate")
        assert numbered > MANY
    assert problems_of(platform) & PROBLEMS_OF_POOLS == set()
    fresh = read_session(bouncer.direct_url)
    assert fresh["statement_timeout"] == "0"  # the limits are in the pool, not in the database
    for session in read_pooled_sessions(bouncer.url):
        assert session["limits"] == ("20s", "5s", "10s")
        assert (session["enable_seqscan"], session["jit"]) == (fresh["enable_seqscan"], "off")
        assert (session["prepared"], session["advisory_locks"], session["channels"]) == (0, 0, 0)


@pytest.mark.parametrize("killed", ["bouncer", "postgres"])
def test_a_killed_server_that_comes_back_costs_no_job(
    platform: Platform, request: pytest.FixtureRequest, killed: str
) -> None:
    server: PgBouncer | OwnServer = request.getfixturevalue(killed)
    with platform.api("operator") as api:
        running = api.create("sleeper", {"seconds": 4})["job_id"]
        api.await_running(running)
        ids = create_many(api)
        server.kill()
        assert api.get("jobs/").status_code == 503
        assert httpx.get(f"{platform.url}/health/live", trust_env=False, timeout=30).status_code == 200
        server.start()
        wait_for("the API answers again", lambda: api.get("jobs/").status_code == 200, within=30)
        for job_id in (running, *ids):
            assert api.await_end(job_id, within=90)["state"] == "succeeded"
    wait_for("LISTEN has begun again", lambda: not problems_of(platform), within=60)


@pytest.mark.parametrize("mode", ["refuses", "stalls"])
def test_jobs_run_on_while_the_direct_connection_is_lost(platform: Platform, link: Link, mode: Mode) -> None:
    with platform.api("operator") as api:
        link.set(mode)
        try:
            if mode == "refuses":
                wait_for("it is said", lambda: "wakeups_lost" in problems_of(platform), within=30)
            for _ in range(5):
                job_id = api.create("sleeper", {"seconds": 0})["job_id"]
                assert api.await_end(job_id, within=10)["state"] == "succeeded"
        finally:
            link.set("flows")
    wait_for("no problem is left", lambda: not problems_of(platform) & PROBLEMS_OF_POOLS, within=30)


def create_many(api: Api) -> list[str]:
    jobs = [{"job_type": "sleeper", "payload": {"seconds": 0}, "start_in_seconds": 0}] * MANY
    answer = api.post("jobs/bulk/", json={"jobs": jobs})
    assert answer.is_success, answer.text
    ids: list[str] = answer.json()["job_ids"]
    return ids


def has_run(api: Api, job_type: str) -> bool:
    params = {"job_type": job_type, "state": "succeeded"}
    return bool(api.get("jobs/", params=params).raise_for_status().json()["results"])


def problems_of(platform: Platform) -> set[str]:
    headers = {"Authorization": f"Token {platform.token('operator')}"}  # others see no details
    answer = httpx.get(f"{platform.url}/health/ready", headers=headers, trust_env=False, timeout=30)
    return {problem["code"] for problem in answer.json()["problems"]}


def read_session(url: str) -> dict[str, Any]:
    with closing(psycopg.connect(url, prepare_threshold=None)) as opened:
        return read(opened)


def read(opened: psycopg.Connection[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: opened.execute(f"SHOW {name}").fetchone()[0] for name in SETTINGS}  # type: ignore[index]
    counts = {
        "prepared": "pg_prepared_statements",
        "advisory_locks": "pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
        "channels": "pg_listening_channels()",
    }
    for name, source in counts.items():
        ((found[name],),) = opened.execute(f"SELECT count(*) FROM {source}").fetchall()
    return found | {"limits": tuple(found[name] for name in SETTINGS[2:])}


def read_pooled_sessions(url: str) -> list[dict[str, Any]]:
    """Reads most server connections of the pool: each of these transactions keeps one until all have looked."""
    with ExitStack() as stack:
        return [
            read(stack.enter_context(psycopg.connect(url, prepare_threshold=None)))
            for _ in range(POOL_SIZE - 1)
        ]
