"""A real Prometheus scrapes a running platform: alert rules and dashboard work on what it finds."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import only_embedded
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.monitoring import (
    ALERTS,
    ALERTS_TEST,
    Prometheus,
    find_program,
    list_dashboard_queries,
    run_prometheus,
)
from tests.support.platform import Platform
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.long, only_embedded]
# On a platform that is well no job need fail or be due at this moment.
MAY_BE_EMPTY = ('state="failed"', "queue_oldest_due_seconds")


@pytest.fixture(scope="module")
def prometheus(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with platform.api("admin") as admin:
        made = admin.post("tokens/", json={"name": "prometheus", "scopes": ["metrics"]})
        assert made.status_code == 201, made.text
    target = platform.url.removeprefix("http://")
    try:
        folder = tmp_path_factory.mktemp("prometheus")
        with run_prometheus(folder, target=target, token=made.json()["token"]) as found:
            yield found
    except Missing as missing:
        skip_loudly("the tests of metrics with Prometheus", missing)


def promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    try:
        program = find_program("promtool")
    except Missing as missing:
        skip_loudly("the tests of alert rules", missing)
    return subprocess.run(
        [program, *words], capture_output=True, text=True, timeout=60, check=False, cwd=ALERTS.parent
    )


@pytest.mark.parametrize("words", [("check", "rules", ALERTS), ("test", "rules", ALERTS_TEST)])
def test_promtool_finds_nothing_wrong_with_the_rules(
    platform: Platform, words: tuple[str | Path, ...]
) -> None:
    done = promtool(*words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_query_of_the_dashboard_has_an_answer(platform: Platform, prometheus: Prometheus) -> None:
    with platform.api("operator") as api:
        for _ in range(3):
            api.await_end(api.create("printer")["job_id"])
    wait_for(
        "the jobs are counted",
        lambda: prometheus.query(
            'restjobscheduler_jobs_ended_total{job_type="printer",state="succeeded"} >= 3'
        ),
        within=30,
    )
    wait_for(
        "there are rates",
        lambda: prometheus.query("rate(restjobscheduler_job_run_seconds_count[1m]) >= 0"),
        within=30,
    )
    empty = [
        query
        for query in list_dashboard_queries()
        if not prometheus.query(query.replace("$__rate_interval", "1m"))
        and not any(part in query for part in MAY_BE_EMPTY)
    ]
    assert empty == []


def test_while_all_is_well_no_alert_is_pending(platform: Platform, prometheus: Prometheus) -> None:
    with platform.api("operator") as api:
        api.await_end(api.create("printer")["job_id"])
    assert prometheus.firing() - {"JobsFail", "JobsLost", "JobsWithoutHandler"} == set()
