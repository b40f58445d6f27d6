"""GET /api/v1/stats/ and stats/types/: equal to what the tables of jobs say, of the job types that one sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from jobs.models import Job, JobMinute
from jobs.services.control import terminate_job
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.api.caller import Caller, problems
from tests.factories import (
    ANN,
    OTP,
    PASSWORD,
    document,
    finish,
    number_events,
    ran_for,
    running,
    scheduled,
    store,
    succeeded,
)

pytestmark = pytest.mark.django_db
FAILED = AttemptOutcome(
    state=State.FAILED, reason=Reason.ERROR, error={"type": "ValueError", "message": "no address"}
)


def stats(caller: Caller, route: str = "stats/", **query: Any) -> Any:
    answer = caller.get(route, query)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def summed(answer: Any) -> dict[str, Any]:
    rows = answer["steps"]
    return {
        "created": sum(row["created"] for row in rows),
        **{name: sum(row["ended"][name] for row in rows) for name in ("succeeded", "failed", "terminated")},
    }


@pytest.fixture
def some_jobs() -> None:
    succeeded()
    succeeded()
    finish(running(), FAILED)
    terminate_job(job_id=scheduled(), actor=ANN)
    scheduled()
    number_events()


@pytest.mark.parametrize("step", ["minute", "hour", "day"])
def test_the_sums_of_the_steps_are_what_the_tables_say(viewer: Caller, some_jobs: None, step: str) -> None:
    since = {"from": (timezone.now() - timedelta(hours=20)).isoformat()} if step == "minute" else {}
    found = summed(stats(viewer, step=step, **since))
    assert found.pop("created") == Job.objects.count() == 5
    assert found == {state: Job.objects.filter(state=state).count() for state in found}


def test_steps_without_jobs_are_there_and_begin_at_whole_steps(viewer: Caller, some_jobs: None) -> None:
    answer = stats(viewer, step="hour", **{"from": "2026-01-01T10:30:00Z", "to": "2026-01-01T14:00:00Z"})
    assert [row["at"] for row in answer["steps"]] == [
        f"2026-01-01T{hour}:00:00Z" for hour in (10, 11, 12, 13)
    ]
    assert summed(answer) == {"created": 0, "succeeded": 0, "failed": 0, "terminated": 0}
    assert answer["steps"][0]["run"] == {"count": 0, "mean": None, "p50": None, "p95": None, "p99": None}


def test_a_minute_belongs_to_the_step_in_which_it_is(viewer: Caller) -> None:
    succeeded()
    number_events()
    JobMinute.objects.update(minute=datetime(2026, 1, 1, 11, 59, tzinfo=UTC))
    for upper, number in (("2026-01-01T11:59:00Z", 0), ("2026-01-01T12:00:00Z", 1)):
        answer = stats(viewer, **{"from": "2026-01-01T11:00:00Z", "to": upper})
        assert [row["ended"]["succeeded"] for row in answer["steps"]] == [number]


def test_it_is_narrowed_by_types_and_queues(viewer: Caller, some_jobs: None) -> None:
    store(document(PASSWORD, queue="mail"))
    succeeded(PASSWORD)
    number_events()
    assert summed(stats(viewer))["created"] == 6
    assert summed(stats(viewer, job_type=PASSWORD))["created"] == 1
    assert summed(stats(viewer, queue="default"))["created"] == 5
    assert summed(stats(viewer, job_type=[OTP, PASSWORD], queue="mail"))["created"] == 1


def test_quantiles_are_within_the_bucket_of_the_true_one(viewer: Caller) -> None:
    for seconds in (0.2, 0.2, 0.2, 3.0, 45.0):
        ran_for(seconds)
    number_events()
    (row,) = (row for row in stats(viewer)["steps"] if row["created"])
    run = row["run"]
    assert (run["count"], run["mean"]) == (5, pytest.approx(48.6 / 5))
    assert 0.1 <= run["p50"] <= 0.25
    assert 30 <= run["p95"] <= run["p99"] <= 60


def test_by_type_it_tells_the_usual_duration_and_the_last_error(viewer: Caller, some_jobs: None) -> None:
    answer = stats(viewer, "stats/types/")
    (row,) = answer["results"]
    assert (answer["next"], answer["previous"]) == (None, None)
    assert row["job_type"] == OTP
    assert row["usual_seconds"] == row["run"]["p50"] is not None
    assert row["failed"] == {"error": 1, "timeout": 0, "worker_lost": 0, "handler_not_found": 0}
    error = row["last_error"]
    assert (error["type"], error["message"]) == ("ValueError", "no address")
    assert error["job_id"] == str(Job.objects.get(state=State.FAILED).pk)
    assert set(error) == {"job_id", "at", "type", "message"}


def test_the_newest_failure_is_the_last_error_and_a_stop_is_none(viewer: Caller) -> None:
    for message in ("first", "second"):
        finish(
            running(),
            AttemptOutcome(State.FAILED, reason=Reason.ERROR, error={"type": "E", "message": message}),
        )
    terminate_job(job_id=scheduled(), actor=ANN)
    number_events()
    (row,) = stats(viewer, "stats/types/")["results"]
    assert row["last_error"]["message"] == "second"


def test_types_that_one_may_not_see_are_counted_nowhere(some_jobs: None) -> None:
    store(document(PASSWORD, access="restricted"))
    finish(running(PASSWORD), FAILED)
    number_events()
    caller = Caller(Role.EDITOR)
    assert summed(stats(caller))["created"] == 5
    assert summed(stats(caller, job_type=PASSWORD))["created"] == 0
    assert [row["job_type"] for row in stats(caller, "stats/types/")["results"]] == [OTP]
    assert caller.user is not None
    create_grant(user=caller.user.username, job_types=[PASSWORD], rights=["see"], by=SYSTEM)
    (hidden, _) = stats(caller, "stats/types/")["results"]
    assert (hidden["job_type"], hidden["ended"]["failed"], hidden["last_error"]) == (PASSWORD, 1, None)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"step": "second"}, ("step", "enum")),
        (
            {"step": "minute", "from": "2026-01-01T00:00:00Z", "to": "2026-01-03T00:00:00Z"},
            ("step", "too_many_steps"),
        ),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, ("from", "conflict")),
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, ("from", "conflict")),
        ({"from": "yesterday"}, ("from", "format")),
        ({"to": "2026-01-01"}, ("to", "format")),
        ({"to": "0001-01-01T00:00:00Z"}, ("to", "out_of_range")),
        ({"to": "9999-12-31T23:59:59.999999Z"}, ("to", "out_of_range")),
        ({"from": "0001-01-01T00:00:00+14:00"}, ("from", "out_of_range")),
        ({"since": "2026-01-01T00:00:00Z"}, ("since", "unknown_parameter")),
    ],
)
def test_bad_parameters_are_named(viewer: Caller, query: dict[str, str], problem: tuple[str, str]) -> None:
    answer = viewer.get("stats/", query)
    assert (answer.status_code, problems(answer)) == (400, [problem])


def test_of_a_minute_that_has_gone_nothing_is_left(viewer: Caller, some_jobs: None) -> None:
    JobMinute.objects.update(minute=F("minute") - timedelta(days=3))
    assert summed(stats(viewer))["created"] == 0
