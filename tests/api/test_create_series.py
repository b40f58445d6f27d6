"""POST series/, PATCH and DELETE series/{id}/: series that editors make"""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry
from jobs.models import Job, Series
from tests.api.caller import Caller, Json, refused
from tests.factories import OTP, PASSWORD, begin, enqueue, finish, recurring, store

pytestmark = pytest.mark.django_db
WISH = {"job_type": OTP, "every_seconds": 60}


@pytest.fixture(autouse=True)
def _template(db: None) -> None:
    store()


def created(editor: Caller, **changed: Any) -> Json:
    answer = editor.post("series/", WISH | changed)
    assert answer.status_code == 201, answer.content
    body: Json = answer.json()
    return body


def waiting() -> Any:
    return Job.objects.get(state="scheduled")


def test_it_has_its_own_payload_and_timing_and_a_waiting_job(editor: Caller) -> None:
    series = created(editor, payload={"user_id": 9}, max_runs=3)
    assert (series["job_type"], series["payload"], series["every_seconds"]) == (OTP, {"user_id": 9}, 60)
    assert (series["state"], series["run_count"], series["max_runs"]) == ("active", 0, 3)
    assert (series["crontab"], series["owned_by_template"]) == (None, False)
    job = waiting()
    assert (job.payload, job.series_number, job.created_by) == ({"user_id": 9}, 1, "editor-person")
    assert 60 <= (job.start_time - job.created_at).total_seconds() < 120
    assert [one["id"] for one in editor.get("series/").json()["results"]] == [series["id"]]
    assert AuditEntry.objects.get(action="series_created").object == f"series:{series['id']}"


def test_a_crontab_goes_by_its_zone(editor: Caller) -> None:
    body = {"job_type": OTP, "crontab": "30 2 * * *", "time_zone": "Asia/Tokyo", "on_missed": "run_once"}
    series = editor.post("series/", body).json()
    assert (series["crontab"], series["time_zone"], series["on_missed"]) == (
        "30 2 * * *",
        "Asia/Tokyo",
        "run_once",
    )
    assert series["next_start_time"].endswith("T17:30:00Z")


def test_many_series_of_one_template_run_side_by_side(editor: Caller) -> None:
    created(editor)
    created(editor, every_seconds=5)
    assert Job.objects.filter(state="scheduled").count() == 2


def test_without_a_timing_it_takes_that_of_a_recurring_template(editor: Caller) -> None:
    store(recurring(PASSWORD, startInSeconds=7))
    assert editor.post("series/", {"job_type": PASSWORD}).json()["every_seconds"] == 7
    assert refused(editor.post("series/", {"job_type": OTP})) == (400, [("every_seconds", "required")])


def test_with_the_templates_crontab_it_takes_its_zone_and_what_missed_times_are_worth(editor: Caller) -> None:
    theirs = {"crontab": "30 2 * * *", "timeZone": "Asia/Tokyo", "onMissed": "run_once"}
    store(recurring(PASSWORD, **theirs))
    series = editor.post("series/", {"job_type": PASSWORD}).json()
    assert [series[key] for key in ("crontab", "time_zone", "on_missed")] == [*theirs.values()]
    own = editor.post("series/", {"job_type": PASSWORD, "on_missed": "skip"}).json()
    assert (own["crontab"], own["on_missed"]) == ("30 2 * * *", "skip")
    timed = editor.post("series/", {"job_type": PASSWORD, "crontab": "@daily"}).json()
    assert timed["on_missed"] == "skip"


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"every_seconds": 0}, 400, ("every_seconds", "minimum")),
        ({"every_seconds": -1}, 400, ("every_seconds", "minimum")),
        ({"every_seconds": None}, 400, ("every_seconds", "type")),
        ({"every_seconds": 315_576_001}, 400, ("every_seconds", "maximum")),
        ({"crontab": "* * * * *"}, 400, ("crontab", "conflict")),
        ({"every_seconds": ..., "crontab": "* * 31 2 *"}, 400, ("crontab", "format")),
        ({"every_seconds": ..., "crontab": "often, please"}, 400, ("crontab", "format")),
        (
            {"every_seconds": ..., "crontab": "0 9 * * *", "time_zone": "Mars/Olympus"},
            400,
            ("time_zone", "enum"),
        ),
        ({"max_runs": 0}, 400, ("max_runs", "minimum")),
        ({"on_missed": "always"}, 400, ("on_missed", "enum")),
        ({"payload": {"user_id": -1}}, 400, ("payload.user_id", "minimum")),
        ({"payload": {"nobody": 1}}, 400, ("payload.nobody", "unknown_field")),
        ({"start_at": "2026-01-31T12:00:00Z"}, 400, ("start_at", "unknown_field")),
        ({"job_type": "no_such_job"}, 404, ("job_type", "not_found")),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(
    editor: Caller, changed: Json, status: int, problem: tuple[str, str]
) -> None:
    body = {key: value for key, value in (WISH | changed).items() if value is not ...}
    answer = editor.post("series/", body)
    assert refused(answer) == (status, [problem])
    assert not Series.objects.exists()
    assert not Job.objects.exists()


def test_an_absurd_crontab_is_told_why_it_never_fires(editor: Caller) -> None:
    answer = editor.post("series/", {"job_type": OTP, "crontab": "* * 31 2 *"})
    assert "no month 2 has a day 31" in answer.json()["errors"][0]["detail"]


def test_one_of_a_disabled_or_endless_template_is_409(editor: Caller) -> None:
    store(recurring(PASSWORD, enabled=False))
    answer = editor.post("series/", {"job_type": PASSWORD, "every_seconds": 5})
    assert refused(answer) == (409, [("job_type", "template_disabled")])
    store(recurring(PASSWORD, userTriggered=True))
    answer = editor.post("series/", {"job_type": PASSWORD, "every_seconds": 5})
    assert refused(answer) == (409, [("job_type", "ENDLESS_USER_JOB")])


def test_a_change_moves_the_waiting_job(editor: Caller) -> None:
    series = created(editor)
    changes = {"payload": {"user_id": 8}, "every_seconds": 600}
    changed = editor.send("PATCH", f"series/{series['id']}/", changes)
    assert (changed.status_code, changed.json()["payload"]) == (200, {"user_id": 8})
    job = waiting()
    assert (job.payload, job.series_number) == ({"user_id": 8}, 1)
    assert 600 <= (job.start_time - job.created_at).total_seconds() < 700


def test_a_change_from_delay_to_crontab_and_back(editor: Caller) -> None:
    path = f"series/{created(editor)['id']}/"
    by_crontab = editor.send("PATCH", path, {"crontab": "0 0 1 1 *"}).json()
    assert (by_crontab["every_seconds"], by_crontab["crontab"]) == (None, "0 0 1 1 *")
    assert by_crontab["next_start_time"].endswith("-01-01T00:00:00Z")
    by_delay = editor.send("PATCH", path, {"every_seconds": 5}).json()
    assert (by_delay["every_seconds"], by_delay["crontab"]) == (5, None)


def test_a_running_job_stays_as_it_was_made_and_the_next_is_new(editor: Caller) -> None:
    series = created(editor)
    attempt = begin(enqueue(waiting().pk))
    editor.send("PATCH", f"series/{series['id']}/", {"payload": {"user_id": 8}})
    assert Job.objects.get(pk=attempt.job_id).payload == {"user_id": 7}
    finish(attempt)
    assert waiting().payload == {"user_id": 8}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"every_seconds": 0}, ("every_seconds", "minimum")),
        ({"crontab": "* * 31 2 *"}, ("crontab", "format")),
        ({"every_seconds": 5, "crontab": "* * * * *"}, ("crontab", "conflict")),
        ({"time_zone": "Mars/Olympus"}, ("time_zone", "enum")),
        ({"max_runs": 0}, ("max_runs", "minimum")),
        ({"payload": {"user_id": "x"}}, ("payload.user_id", "type")),
        ({"job_type": PASSWORD}, ("job_type", "unknown_field")),
        ({"state": "ended"}, ("state", "unknown_field")),
        ({"run_count": 0}, ("run_count", "unknown_field")),
    ],
)
def test_a_bad_change_changes_nothing(editor: Caller, changes: Json, problem: tuple[str, str]) -> None:
    series = created(editor)
    assert refused(editor.send("PATCH", f"series/{series['id']}/", changes)) == (400, [problem])
    assert editor.get(f"series/{series['id']}/").json() == series
    assert waiting().version == 1


def test_max_runs_ends_it_and_more_of_them_let_it_go_on(editor: Caller) -> None:
    path = f"series/{created(editor, max_runs=1)['id']}/"
    finish(begin(enqueue(waiting().pk)))
    assert editor.get(path).json()["state"] == "ended"
    assert editor.send("PATCH", path, {"max_runs": 2}).json()["state"] == "active"
    assert waiting().series_number == 2
    ended = editor.send("PATCH", path, {"max_runs": 1}).json()
    assert (ended["state"], ended["next_start_time"], ended["run_count"]) == ("ended", None, 1)
    assert editor.send("PATCH", path, {"max_runs": None}).json()["state"] == "active"


def test_a_deleted_one_is_gone_and_its_jobs_stay(editor: Caller) -> None:
    path = f"series/{created(editor)['id']}/"
    attempt = begin(enqueue(waiting().pk))
    assert editor.send("DELETE", path).status_code == 204
    assert editor.get(path).status_code == 404
    assert editor.get("series/").json()["results"] == []
    assert [editor.post(f"{path}{verb}/").status_code for verb in ("pause", "resume", "run_now")] == [404] * 3
    finish(attempt)
    assert Job.objects.values_list("state", flat=True).get() == "succeeded"
    assert editor.send("DELETE", path).status_code == 404


def test_a_waiting_job_ends_with_its_series(editor: Caller) -> None:
    path = f"series/{created(editor)['id']}/"
    job = waiting()
    editor.send("DELETE", path)
    assert Job.objects.get(pk=job.pk).state == "terminated"
    assert Job.objects.count() == 1


def test_a_templates_own_series_is_changed_by_its_template_alone(editor: Caller) -> None:
    store(recurring(PASSWORD))
    path = f"series/{Series.objects.get().pk}/"
    assert refused(editor.send("PATCH", path, {"every_seconds": 5})) == (409, [(None, "owned_by_template")])
    assert refused(editor.send("DELETE", path)) == (409, [(None, "owned_by_template")])
    assert editor.get(path).json()["every_seconds"] == 10


def test_operators_make_change_and_delete_none(editor: Caller, operator: Caller) -> None:
    assert operator.post("series/", WISH).status_code == 403
    series = created(editor)
    path = f"series/{series['id']}/"
    assert operator.send("PATCH", path, {"every_seconds": 5}).status_code == 403
    assert operator.send("DELETE", path).status_code == 403
    assert editor.get(path).json() == series
