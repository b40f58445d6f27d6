"""Each job that a user makes of a template with maxRuns begins a series of its own, by whatever door."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from foundation.errors import Conflict
from jobs.models import Job, Series
from jobs.services.control import rerun_job
from jobs.services.preparing import Submission
from jobs.services.submit import submit_job, submit_jobs, submit_once
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import ANN, EDITOR, OTP, document, finish, job, kinds, recurring, store
from tests.services.chains import numbers, run_one, waiting

pytestmark = pytest.mark.django_db


def repeating(**keys: Any) -> dict[str, Any]:
    return document(**{"rescheduleAfterTermination": True, "startInSeconds": 10, "maxRuns": 3} | keys)


def made(**options: Any) -> Any:
    return submit_job(submission=Submission(job_type=OTP, **options), actor=ANN)


def series_of(job_id: uuid.UUID) -> Series:
    return Series.objects.get(pk=job(job_id).series_id)


def test_it_runs_so_often_with_the_same_payload_each_time_its_pause_after_the_end() -> None:
    store(repeating())
    row = made(payload={"user_id": 9})
    series = series_of(row["id"])
    assert row["series_id"] == series.pk
    assert (series.state, series.max_runs, series.every_seconds) == ("active", 3, 10)
    assert (series.created_by, series.owned_by_template, series.crontab) == ("ann", False, None)
    for number in (1, 2, 3):
        attempt = run_one(series)
        assert attempt.payload == {"user_id": 9}
        finish(attempt)
        if number < 3:
            after = waiting(series)
            assert (after.series_number, after.created_by) == (number + 1, "ann")
            assert after.start_time == job(attempt.job_id).terminated_at + timedelta(seconds=10)
    series.refresh_from_db()
    assert (series.state, series.run_count) == ("ended", 3)
    assert numbers(series) == [1, 2, 3]
    assert kinds(row["id"])[0] == "job_created"


def test_failed_runs_count_as_well() -> None:
    store(repeating(maxRuns=2))
    series = series_of(made()["id"])
    finish(run_one(series), AttemptOutcome(State.FAILED, reason=Reason.ERROR))
    finish(run_one(series))
    series.refresh_from_db()
    assert series.state == "ended"


def test_the_first_is_due_when_its_maker_says_and_waits_for_no_alarm() -> None:
    store(repeating())
    at = datetime.now(UTC) + timedelta(hours=5)
    first = job(made(start_at=at)["id"])
    assert (first.start_time, first.claim_at, first.series_number) == (at, at, 1)
    after_the_pause = job(made()["id"])
    assert after_the_pause.start_time - after_the_pause.created_at == timedelta(seconds=10)


def test_a_change_of_the_template_does_not_hurry_the_first() -> None:
    store(repeating())
    at = datetime.now(UTC) + timedelta(hours=5)
    job_id = made(start_at=at, payload={"user_id": 9})["id"]
    store(repeating(label="New"))
    first = job(job_id)
    assert (first.start_time, first.template_version, first.payload) == (at, 2, {"user_id": 9})


def test_a_crontab_takes_the_place_of_the_pause() -> None:
    store(repeating(crontab="0 0 1 1 *", timeZone="Europe/Berlin", onMissed="run_once"))
    row = made()
    series = series_of(row["id"])
    assert (series.crontab, series.time_zone, series.on_missed) == ("0 0 1 1 *", "Europe/Berlin", "run_once")
    assert f"{row['start_time']:%m-%d %H:%M}" == "12-31 23:00"


def test_a_bulk_of_some_begins_as_many() -> None:
    store(repeating(), document("forgot_password_job"))
    submissions = [Submission(job_type=OTP, payload={"user_id": number}) for number in range(3)]
    ids = submit_jobs(submissions=[*submissions, Submission(job_type="forgot_password_job")], actor=ANN)
    assert Series.objects.count() == 3
    payloads = [series_of(job_id).payload for job_id in ids[:3]]
    assert payloads == [{"user_id": number} for number in range(3)]
    assert job(ids[3]).series_id is None


def test_a_rerun_is_a_single_job() -> None:
    store(repeating())
    first = made()["id"]
    again = job(rerun_job(job_id=first, payload=None, actor=ANN))
    assert (again.series_id, again.rerun_of) == (None, first)
    assert Series.objects.count() == 1


def test_the_same_idempotency_key_is_the_same_series() -> None:
    store(repeating())
    submission = Submission(job_type=OTP)
    first, _ = submit_once(submission=submission, actor=ANN, key="k", body=b"1")
    again, new = submit_once(submission=submission, actor=ANN, key="k", body=b"1")
    assert (again, new) == (first, False)
    assert series_of(first).run_count == 0
    assert Series.objects.count() == 1


def test_one_that_is_refused_begins_none() -> None:
    store(repeating(maxRuns=None))
    with pytest.raises(Conflict) as caught:
        made()
    assert caught.value.problems[0].code == "ENDLESS_USER_JOB"
    assert not Series.objects.exists()


def test_of_a_system_template_it_is_a_single_job() -> None:
    store(recurring(maxRuns=3))
    row = submit_job(submission=Submission(job_type=OTP), actor=EDITOR)
    assert row["series_id"] is None
    assert Series.objects.count() == 1


def test_what_the_server_fills_in_and_nobody_changes_comes_along() -> None:
    fixed = {"job_type": None, "city": {"type": "string", "readOnly": True}, "n": {"type": "uint"}}
    store(repeating(payload_schema=fixed, payload={"city": "Rome", "n": 1}))
    row = made(payload={"n": 2})
    whole = {"job_type": OTP, "city": "Rome", "n": 2}
    assert row["payload"] == whole
    finish(run_one(series_of(row["id"])))
    assert waiting(series_of(row["id"])).payload == whole


def test_a_secret_value_stays_with_all_of_its_runs(settings: Any) -> None:
    store(
        repeating(
            payload_schema={"key": {"type": "secret", "required": True}},
            payload={},
        )
    )
    row = made(payload={"key": "tell-nobody"})
    series = series_of(row["id"])
    assert series.payload == {"key": "$encrypted$"}
    assert series.secrets is not None
    finish(run_one(series))
    assert waiting(series).secrets is not None
    assert waiting(series).payload == {"key": "$encrypted$"}
    assert not Job.objects.filter(payload__icontains="tell-nobody").exists()
