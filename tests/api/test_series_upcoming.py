"""GET series/{id}/upcoming/ and POST series/preview/"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.models import Job, Series
from tests.api.caller import Caller, Json, refused
from tests.factories import OTP, begin, enqueue, finish, recurring, store

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def own(**keys: Any) -> str:
    store(recurring(**keys))
    return str(Series.objects.get().pk)


def upcoming(caller: Caller, series: str, **query: Any) -> list[Json]:
    answer = caller.get(f"series/{series}/upcoming/", query)
    assert answer.status_code == 200, answer.content
    results: list[Json] = answer.json()["results"]
    return results


def preview(caller: Caller, count: int = 5, **body: Any) -> list[Json]:
    answer = caller.post(f"series/preview/?count={count}", body)
    assert answer.status_code == 200, answer.content
    results: list[Json] = answer.json()["results"]
    return results


def moments(results: list[Json]) -> list[datetime]:
    return [datetime.fromisoformat(one["start_time"]) for one in results]


def test_a_crontabs_times_begin_with_the_waiting_job(viewer: Caller) -> None:
    series = own(crontab="30 2 * * *", timeZone="Asia/Tokyo")
    results = upcoming(viewer, series, count=3)
    next_start_time = viewer.get(f"series/{series}/").json()["next_start_time"]
    assert [set(one) for one in results] == [{"start_time", "local", "note"}] * 3
    assert results[0]["start_time"] == next_start_time
    assert results[0]["local"].endswith("T02:30:00+09:00")
    first, second, third = moments(results)
    assert second - first == third - second == timedelta(days=1)
    assert [one["note"] for one in results] == [None] * 3


def test_twenty_are_told_unless_asked_otherwise_and_a_hundred_at_most(viewer: Caller) -> None:
    series = own(crontab="* * * * *")
    assert len(upcoming(viewer, series)) == 20
    assert len(upcoming(viewer, series, count=100)) == 100
    for count, code in (("101", "maximum"), ("0", "minimum"), ("-1", "minimum"), ("x", "type")):
        answer = viewer.get(f"series/{series}/upcoming/", {"count": count})
        assert refused(answer) == (400, [("count", code)])


def test_a_fixed_delay_tells_that_its_times_are_the_earliest(viewer: Caller) -> None:
    results = upcoming(viewer, own(), count=3)
    first, second, third = moments(results)
    assert second - first == third - second == timedelta(seconds=10)
    assert results[0]["note"] is None
    assert results[1]["note"] == "At the earliest: it starts 10 seconds after the run before it has ended."


def test_no_more_are_told_than_it_has_runs_left(viewer: Caller) -> None:
    series = own(maxRuns=3)
    assert len(upcoming(viewer, series)) == 3
    attempt = begin(enqueue(Job.objects.get().pk))
    assert len(upcoming(viewer, series)) == 2
    finish(attempt)
    assert len(upcoming(viewer, series)) == 2


def test_one_that_is_made_due_starts_now(operator: Caller) -> None:
    series = own(crontab="0 0 1 1 *")
    operator.post(f"series/{series}/run_now/")
    first, second = moments(upcoming(operator, series, count=2))
    assert first <= datetime.now(UTC)
    assert (second.month, second.day) == (1, 1)


def test_a_pause_has_none_and_one_that_ends_tells_what_comes_then(editor: Caller) -> None:
    series = own(crontab="0 * * * *")
    editor.post(f"series/{series}/pause/")
    assert upcoming(editor, series) == []
    until = (datetime.now(UTC) + 24 * HOUR).replace(minute=0, second=0, microsecond=0)
    editor.post(f"series/{series}/pause/", {"until": until.isoformat()})
    assert moments(upcoming(editor, series, count=2)) == [until, until + HOUR]


def test_one_that_has_ended_has_none(viewer: Caller) -> None:
    series = own(maxRuns=1)
    finish(begin(enqueue(Job.objects.get().pk)))
    assert upcoming(viewer, series) == []


def test_an_unknown_one_is_404(viewer: Caller) -> None:
    assert viewer.get(f"series/{uuid.uuid4()}/upcoming/").status_code == 404


def test_a_change_of_clocks_is_noted(editor: Caller) -> None:
    results = preview(editor, 100, crontab="30 2 * 3,10 0", time_zone="Europe/Berlin")
    notes = [one["note"] for one in results if one["note"]]
    assert any("left out" in note for note in notes)
    assert any("comes twice" in note for note in notes)
    (skipped, *_) = [one for one in results if one["note"] and "left out" in one["note"]]
    assert skipped["local"].endswith("T03:00:00+02:00")


def test_a_preview_stores_nothing(editor: Caller) -> None:
    store()
    first, second = moments(preview(editor, 2, job_type=OTP, every_seconds=60, payload={"user_id": 9}))
    assert second - first == timedelta(seconds=60)
    assert timedelta(seconds=55) < first - datetime.now(UTC) <= timedelta(seconds=60)
    assert not Series.objects.exists()
    assert not Job.objects.exists()


def test_a_preview_takes_the_templates_timing_and_its_bound(editor: Caller) -> None:
    own(crontab="@daily", timeZone="Asia/Tokyo", maxRuns=4)
    results = preview(editor, 20, job_type=OTP)
    assert len(results) == 4
    assert all(one["local"].endswith("T00:00:00+09:00") for one in results)
    assert len(preview(editor, 20, job_type=OTP, max_runs=2)) == 2


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"every_seconds": 60, "crontab": "* * * * *"}, 400, ("crontab", "conflict")),
        ({"crontab": "0 0 ? * MON"}, 400, ("crontab", "format")),
        ({"crontab": ""}, 400, ("crontab", "minLength")),
        ({"crontab": "0 9 * * *", "time_zone": "Mars/Olympus"}, 400, ("time_zone", "enum")),
        ({"every_seconds": 0}, 400, ("every_seconds", "minimum")),
        ({}, 400, ("every_seconds", "required")),
        ({"job_type": OTP}, 400, ("every_seconds", "required")),
        ({"job_type": "no_such_job", "every_seconds": 60}, 404, ("job_type", "not_found")),
        ({"job_type": OTP, "every_seconds": 60, "payload": {"x": 1}}, 400, ("payload.x", "unknown_field")),
        ({"when": "soon"}, 400, ("when", "unknown_field")),
    ],
)
def test_a_preview_is_refused_as_the_series_would_be(
    editor: Caller, body: Json, status: int, problem: tuple[str, str]
) -> None:
    store()
    answer = editor.post("series/preview/", body)
    code, problems = refused(answer)
    assert (code, problem in problems) == (status, True), problems


@pytest.mark.parametrize("field", ["every_seconds", "max_runs"])
def test_a_whole_number_may_be_written_with_a_point(editor: Caller, field: str) -> None:
    body = {"every_seconds": 60, "max_runs": 3, field: 3.0}
    assert len(preview(editor, 20, **body)) == 3


def test_previews_are_for_those_who_may_make_series(operator: Caller) -> None:
    assert operator.post("series/preview/", {"every_seconds": 5}).status_code == 403
