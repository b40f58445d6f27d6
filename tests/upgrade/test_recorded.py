"""Databases of earlier schemas, loaded, migrated, and gone on with by a whole platform."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection as new

from tests.support.api import Api
from tests.support.folders import make_private_folder
from tests.support.platform import Platform
from tests.support.waiting import wait_for
from tests.upgrade.conftest import Start, fresh_database
from tests.upgrade.test_processes import migrate

HERE = Path(__file__).parent
RECORDINGS = sorted((HERE / "recorded").glob("*.sql"))
pytestmark = pytest.mark.timeout(300)

# Those that start a platform.
runs_on_it = pytest.mark.long

# Names, types, defaults; indexes and constraints with all that they say.
SHAPE = """
    SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
        || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0
        AND NOT a.attisdropped
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal"""


class Upgraded:
    """A platform that runs on the recorded database, and what was recorded of it."""

    def __init__(self, platform: Platform, database: str, facts: dict[str, Any]) -> None:
        self.platform, self.database, self.ids = platform, database, facts["ids"]
        self.api = Api(platform.url, facts["token"])

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []


def load(recording: Path, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(recording.read_text())


@pytest.fixture(scope="module", params=RECORDINGS, ids=lambda path: path.stem)
def upgraded(request: pytest.FixtureRequest, servers: None) -> Iterator[Upgraded]:
    facts = json.loads(request.param.with_suffix(".json").read_text())
    with make_private_folder("upgraded") as folder, fresh_database() as database:
        load(request.param, database)
        # What ended long ago would be purged.
        settings = {**facts["settings"], "DATABASE_URL": database, "RETENTION_DAYS": "0"}
        platform = Platform(folder, settings=settings)
        shutil.copy(HERE / "secret_reader.py", platform.handlers)
        try:
            platform.start()
            found = Upgraded(platform, database, facts)
            with found.api:
                yield found
        finally:
            platform.stop()


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
@pytest.mark.django_db
def test_an_upgraded_database_has_the_shape_of_a_new_one(
    recording: Path, database: str, start: Start
) -> None:
    load(recording, database)
    migrate(start)
    with new.cursor() as cursor, psycopg.connect(database) as old:
        cursor.execute(SHAPE)
        assert shape(old.execute(SHAPE).fetchall()) == shape(cursor.fetchall())


def shape(rows: list[tuple[str, ...]]) -> list[list[str]]:
    """Without casts and brackets, as an expression that was dumped and loaded has others; without partitions."""
    return sorted(
        [re.sub(r"::[a-z ]+(\[\])?|[()\s]", "", text) for text in row]
        for row in rows
        if not re.search(r"_(\d{8}|\d{6})$", row[1])
    )


@runs_on_it
def test_what_ended_is_told_whole(upgraded: Upgraded) -> None:
    listed = {job["job_id"] for job in upgraded.api.get("jobs/", params={"page_size": 200}).json()["results"]}
    jobs = {name: job_id for name, job_id in upgraded.ids.items() if not name.endswith("_series")}
    assert set(jobs.values()) <= listed
    for name, state in {
        "succeeded": "succeeded",
        "with_secret": "succeeded",
        "failed": "failed",
        "terminated": "terminated",
    }.items():
        kinds = [event["kind"] for event in upgraded.api.history(jobs[name])]
        assert (upgraded.api.job(jobs[name])["state"], kinds[0], kinds[-1]) == (
            state,
            "job_created",
            "job_terminated",
        )
    texts = [line["text"] for line in upgraded.api.log(jobs["succeeded"])]
    assert {"printed", "line 0", "line 19"} <= set(texts)
    assert "attempt 3 failed" in json.dumps(upgraded.api.job(jobs["failed"])["error"])


@runs_on_it
def test_what_was_handed_over_or_ran_is_run_to_its_end(upgraded: Upgraded) -> None:
    for name in ("queued", "running"):
        assert upgraded.api.await_end(upgraded.ids[name], within=90)["state"] == "succeeded"
    history = [event["kind"] for event in upgraded.api.history(upgraded.ids["running"])]
    assert history.count("job_started") == 2


@runs_on_it
def test_an_attempt_that_waited_is_made_and_the_next_one_waits(upgraded: Upgraded) -> None:
    retrying = upgraded.ids["waiting_for_retry"]
    wait_for("its second attempt", lambda: upgraded.api.job(retrying)["attempt"] == 2, within=30)
    wait_for("it waits for its third", lambda: upgraded.api.job(retrying)["state"] == "scheduled", within=30)


@runs_on_it
def test_secrets_are_opened_by_the_key_of_then(upgraded: Upgraded) -> None:
    waited = upgraded.api.await_end(upgraded.ids["waiting_with_secret"], within=30)
    assert waited["result"] == {"sha256": sha256("given by a person")}
    made = upgraded.api.await_end(upgraded.api.create("secret_reader")["job_id"], within=30)
    assert made["result"] == {"sha256": sha256("the template's own")}
    assert upgraded.platform.manage("rotate_secrets")


@runs_on_it
def test_jobs_ahead_and_of_no_worker_still_wait_and_can_be_ended(upgraded: Upgraded) -> None:
    for name, state in (("with_idempotency_key", "scheduled"), ("queued_unserved", "queued")):
        assert upgraded.api.job(upgraded.ids[name])["state"] == state
        ended = upgraded.api.post(f"jobs/{upgraded.ids[name]}/terminate/")
        assert (ended.status_code, ended.json()["state"]) == (200, "terminated")


@runs_on_it
def test_series_go_on_rest_and_stay_ended(upgraded: Upgraded) -> None:
    def series(name: str) -> dict[str, Any]:
        found: dict[str, Any] = upgraded.api.get(f"series/{upgraded.ids[name]}/").raise_for_status().json()
        return found

    before = series("active_series")["run_count"]
    wait_for("two more runs", lambda: series("active_series")["run_count"] >= before + 2, within=30)
    assert (series("paused_series")["state"], series("ended_series")["state"]) == ("paused", "ended")
    assert series("ended_series")["run_count"] == 2
    upgraded.api.post(f"series/{upgraded.ids['paused_series']}/resume/").raise_for_status()
    assert series("paused_series")["state"] == "active"


@runs_on_it
def test_new_jobs_templates_and_versions_come_beside_the_old(upgraded: Upgraded) -> None:
    job = upgraded.api.await_end(upgraded.api.create("printer", {"lines": 2})["job_id"], within=30)
    assert job["state"] == "succeeded"
    versions = upgraded.api.get("templates/failing/versions/").raise_for_status().json()["results"]
    assert len(versions) >= 2


@runs_on_it
def test_the_audit_trail_is_there_and_still_closed_to_changes(upgraded: Upgraded) -> None:
    [(entries,)] = upgraded.sql("SELECT count(*) FROM accounts_auditentry")
    assert entries >= 37
    with pytest.raises(psycopg.errors.RestrictViolation):
        upgraded.sql("UPDATE accounts_auditentry SET actor = 'nobody'")


@runs_on_it
def test_no_process_had_trouble_with_the_schema(upgraded: Upgraded) -> None:
    said = upgraded.platform.last_lines(10_000)
    assert "schema" not in said
    assert "Traceback" not in said


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
