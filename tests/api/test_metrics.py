"""`/metrics`: one set of numbers for the platform, for admins and tokens made for that alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from accounts.roles import Role
from jobs import dispatch_counts
from jobs.dispatch_counts import DispatchResult
from jobs.heartbeat import Heartbeat
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.api.caller import Caller
from tests.factories import OTP, enqueue, finish, number_events, running, scheduled, succeeded

pytestmark = pytest.mark.django_db
# Those of the contract with programs, and no other.
NAMES = {
    "jobs", "jobs_created_total", "jobs_ended_total", "job_wait_seconds", "job_run_seconds", "queue_oldest_due_seconds",
    "worker_slots", "worker_slots_busy", "jobs_without_heartbeat", "dispatches_total", "events_unpublished",
    "websocket_clients", "dispatcher_loop_last_turn_timestamp_seconds", "redbeat_entries_missing",
}  # fmt: skip


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(Role.ADMIN)


def scrape(caller: Caller, **headers: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """The samples by name and labels."""
    answer = caller.client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    return {
        (sample.name.removeprefix("restjobscheduler_"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def labels(**values: str) -> frozenset[tuple[str, str]]:
    return frozenset(values.items())


def test_the_names_are_these_and_all_are_ours(admin: Caller) -> None:
    succeeded()
    scheduled()
    number_events()
    text = admin.client.get("/metrics").content.decode()
    kinds = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert kinds == {f"restjobscheduler_{name}" for name in NAMES}


def test_live_jobs_are_counted_by_state_queue_and_type(admin: Caller) -> None:
    scheduled()
    scheduled()
    enqueue(scheduled())
    running()
    found = scrape(admin)
    for state, number in {"scheduled": 2, "queued": 1, "running": 1}.items():
        assert found["jobs", labels(state=state, queue="default", job_type=OTP)] == number
    assert found["queue_oldest_due_seconds", labels(queue="default")] >= 0


def test_what_ended_is_counted_by_type_state_and_reason(admin: Caller) -> None:
    succeeded()
    finish(running(), AttemptOutcome(state=State.FAILED, reason=Reason.ERROR))
    number_events()
    found = scrape(admin)
    assert found["jobs_created_total", labels(job_type=OTP)] == 2
    assert found["jobs_ended_total", labels(job_type=OTP, state="succeeded", reason="")] == 1
    assert found["jobs_ended_total", labels(job_type=OTP, state="failed", reason="error")] == 1


def test_histograms_are_cumulative_and_end_with_all(admin: Caller) -> None:
    for _ in range(3):
        succeeded()
    number_events()
    found = scrape(admin)
    for name in ("job_wait_seconds", "job_run_seconds"):
        buckets = [
            (float(dict(key)["le"]), number)
            for (one, key), number in found.items()
            if one == f"{name}_bucket"
        ]
        numbers = [number for _, number in sorted(buckets)]
        assert numbers == sorted(numbers)
        assert numbers[-1] == found[f"{name}_count", frozenset()] == 3
        assert found[f"{name}_sum", frozenset()] >= 0


def test_events_that_no_browser_has_seen_are_counted_until_they_are_numbered(admin: Caller) -> None:
    scheduled()
    assert scrape(admin)["events_unpublished", frozenset()] == 1
    number_events()
    assert scrape(admin)["events_unpublished", frozenset()] == 0


def test_a_running_job_whose_lease_has_expired_is_counted(admin: Caller) -> None:
    running()
    assert scrape(admin)["jobs_without_heartbeat", frozenset()] == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_live SET lease_until = now() - interval '1 s'")
    assert scrape(admin)["jobs_without_heartbeat", frozenset()] == 1


def test_dispatches_and_figures_of_processes_are_added_up(admin: Caller) -> None:
    for _ in range(2):
        dispatch_counts.note(DispatchResult.PUBLISHED, 3)
        dispatch_counts.note(DispatchResult.REPUBLISHED, 1)
        dispatch_counts.flush()
        Heartbeat("web").send(figures={"websockets": 4})
    for at in (100.0, 200.0):
        Heartbeat("dispatcher").send(figures={"loops": {"relay": at}})
    found = scrape(admin)
    assert found["dispatches_total", labels(result="published")] == 6
    assert found["dispatches_total", labels(result="republished")] == 2
    assert found["websocket_clients", frozenset()] == 8
    assert found["dispatcher_loop_last_turn_timestamp_seconds", labels(loop="relay")] == 200.0


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/plain; version="),
        ("*/*", "text/plain; version="),
        (
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
            "application/openmetrics-text; version=1",
        ),
        ("image/png", "text/plain; version="),
    ],
)
def test_it_is_openmetrics_where_that_is_accepted(admin: Caller, accept: str, content_type: str) -> None:
    succeeded()
    number_events()
    answer = admin.client.get("/metrics", headers={"accept": accept})
    assert answer.headers["Content-Type"].startswith(content_type)
    if "openmetrics" in content_type:
        assert len(list(parse_openmetrics(answer.content.decode()))) == len(NAMES)


def test_a_scrape_reads_no_ended_job(admin: Caller, django_assert_max_num_queries: Any) -> None:
    succeeded()
    number_events()
    with django_assert_max_num_queries(16) as asked:
        scrape(admin)
    assert not any(table in one["sql"] for one in asked for table in ("jobs_ended", "jobs_job "))


def test_a_figure_that_an_older_version_does_not_send_is_left_out(admin: Caller) -> None:
    Heartbeat("web").send()
    Heartbeat("dispatcher").send(figures=json.loads("{}"))
    found = scrape(admin)
    assert found["websocket_clients", frozenset()] == 0
    assert not any(name.startswith("dispatcher_loop") for name, _ in found)


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests() -> Iterator[None]:
    dispatch_counts._noted.clear()
    yield
    dispatch_counts._noted.clear()
