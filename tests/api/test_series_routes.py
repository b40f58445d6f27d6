"""GET series/ and series/{id}/, POST pause/, resume/ and run_now/"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs.models import Job, Series
from tests.api.caller import Caller, refused
from tests.factories import JOB_KEYS, OTP, PASSWORD, begin, enqueue, finish, recurring, store

pytestmark = pytest.mark.django_db
KEYS = {
    "id", "job_type", "payload", "every_seconds", "crontab", "time_zone", "state", "next_start_time", "run_count",
    "last_job", "hidden",
    "pinned_version", "on_missed", "max_runs", "owned_by_template", "created_by", "last_run", "live_run",
    "paused_reason", "paused_until", "failures_in_row",
}  # fmt: skip


@pytest.fixture
def series(db: None) -> str:
    store(recurring())
    return str(Series.objects.get().pk)


def waiting() -> Job:
    return Job.objects.get(state="scheduled")


def test_every_recurring_template_has_one(viewer: Caller, series: str) -> None:
    store(recurring(PASSWORD, crontab="30 2 * * *", timeZone="Europe/Berlin"))
    by_crontab, by_delay = viewer.get("series/").json()["results"]
    assert set(by_delay) == KEYS
    assert (by_delay["id"], by_delay["job_type"], by_delay["state"]) == (series, OTP, "active")
    assert (by_delay["every_seconds"], by_delay["crontab"]) == (10, None)
    assert (by_crontab["every_seconds"], by_crontab["crontab"]) == (None, "30 2 * * *")
    assert by_crontab["time_zone"] == "Europe/Berlin"


def test_one_shows_its_next_start_runs_and_last_job(viewer: Caller, series: str) -> None:
    fresh = viewer.get(f"series/{series}/").json()
    assert set(fresh) == KEYS
    assert (fresh["run_count"], fresh["last_job"]) == (0, None)
    assert fresh["next_start_time"].endswith("Z")
    attempt = begin(enqueue(waiting().pk))
    assert viewer.get(f"series/{series}/").json()["next_start_time"] is None
    finish(attempt)
    after = viewer.get(f"series/{series}/").json()
    assert (after["run_count"], after["last_job"]) == (1, str(attempt.job_id))
    assert after["next_start_time"] > fresh["next_start_time"]


def test_it_tells_how_its_last_job_ended_and_how_far_the_live_one_is(viewer: Caller, series: str) -> None:
    fresh = viewer.get(f"series/{series}/").json()
    assert (fresh["last_run"], fresh["live_run"]["state"]) == (None, "scheduled")
    assert fresh["live_run"]["start_time"] == fresh["next_start_time"]
    attempt = begin(enqueue(waiting().pk))
    (running,) = viewer.get("series/").json()["results"]
    assert (running["live_run"]["job_id"], running["live_run"]["state"]) == (str(attempt.job_id), "running")
    finish(attempt)
    (after,) = viewer.get("series/").json()["results"]
    assert (after["last_run"]["job_id"], after["last_run"]["state"]) == (after["last_job"], "succeeded")
    assert after["last_run"]["terminated_at"] > running["live_run"]["started_at"]
    assert after["live_run"]["job_id"] == str(waiting().pk)


def test_its_jobs_tell_whose_they_are(viewer: Caller, series: str) -> None:
    (job,) = viewer.get("jobs/", {"series": series}).json()["results"]
    assert job["series"] == series


def test_pause_ends_the_waiting_job_and_resume_starts_the_next(editor: Caller, series: str) -> None:
    paused = editor.post(f"series/{series}/pause/")
    assert (paused.status_code, paused.json()["state"]) == (200, "paused")
    assert paused.json()["next_start_time"] is None
    assert set(Job.objects.values_list("state", flat=True)) == {"terminated"}
    resumed = editor.post(f"series/{series}/resume/")
    assert (resumed.status_code, resumed.json()["state"]) == (200, "active")
    assert waiting().series_number == 2


def test_run_now_makes_the_waiting_job_due(operator: Caller, series: str) -> None:
    answer = operator.post(f"series/{series}/run_now/")
    assert answer.status_code == 200
    assert set(answer.json()) == JOB_KEYS
    assert (answer.json()["job_id"], answer.json()["state"]) == (str(waiting().pk), "scheduled")
    assert answer.json()["waiting_reason"] == "no worker serves queue default"


def test_run_now_while_one_runs_is_409(operator: Caller, series: str) -> None:
    begin(enqueue(waiting().pk))
    assert refused(operator.post(f"series/{series}/run_now/")) == (409, [("state", "running")])


def test_run_now_of_a_paused_one_is_409(editor: Caller, series: str) -> None:
    editor.post(f"series/{series}/pause/")
    assert refused(editor.post(f"series/{series}/run_now/")) == (409, [("state", "not_active")])


def test_one_that_had_its_last_run_is_409_to_resume(editor: Caller) -> None:
    store(recurring(maxRuns=1))
    finish(begin(enqueue(waiting().pk)))
    series = Series.objects.get()
    assert editor.get(f"series/{series.pk}/").json()["state"] == "ended"
    assert refused(editor.post(f"series/{series.pk}/resume/")) == (409, [("state", "ended")])


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", "pause/"), ("POST", "resume/"), ("POST", "run_now/")]
)
def test_an_unknown_series_is_404(editor: Caller, method: str, path: str) -> None:
    answer = editor.send(method, f"series/{uuid.uuid4()}/{path}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


def test_operators_run_now_and_editors_pause_and_resume(
    viewer: Caller, operator: Caller, editor: Caller, series: str
) -> None:
    statuses: dict[str, list[Any]] = {
        path: [caller.post(f"series/{series}/{path}/").status_code for caller in (viewer, operator, editor)]
        for path in ("run_now", "pause", "resume")
    }
    assert statuses == {"run_now": [403, 200, 200], "pause": [403, 403, 200], "resume": [403, 403, 200]}
