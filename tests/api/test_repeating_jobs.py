"""Jobs that users make of a template with maxRuns, by each door; and what bounds the series of such a template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.roles import Role
from jobs.models import Job, Series
from tests.api.caller import Caller, Json, refused
from tests.factories import OTP, PASSWORD, begin, document, enqueue, finish, recurring, store
from tests.support.admin import sign_in

pytestmark = pytest.mark.django_db


def repeating(job_type: str = OTP, **keys: Any) -> Json:
    return document(
        job_type, **{"rescheduleAfterTermination": True, "startInSeconds": 10, "maxRuns": 3} | keys
    )


def test_the_answer_names_the_series_which_runs_so_often(operator: Caller, viewer: Caller) -> None:
    store(repeating())
    answer = operator.post("jobs/", {"job_type": OTP, "payload": {"user_id": 9}, "priority": 5})
    assert answer.status_code == 201, answer.content
    series = viewer.get(f"series/{answer.json()['series']}/").json()
    assert (series["max_runs"], series["run_count"], series["payload"]) == (3, 0, {"user_id": 9})
    assert (series["state"], series["created_by"], series["every_seconds"]) == (
        "active",
        "operator-person",
        10,
    )
    for _ in range(3):
        finish(begin(enqueue(Job.objects.get(state="scheduled").pk)))
    series = viewer.get(f"series/{series['id']}/").json()
    assert (series["state"], series["run_count"]) == ("ended", 3)
    assert not Job.objects.filter(state="scheduled").exists()
    listed = viewer.get("jobs/", {"series": series["id"]}).json()["results"]
    assert len(listed) == 3


def test_with_an_idempotency_key_it_is_one_series(operator: Caller) -> None:
    store(repeating())
    answers = [operator.post("jobs/", {"job_type": OTP}, Idempotency_Key="k") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].json()["series"] == answers[1].json()["series"] == str(Series.objects.get().pk)


def test_a_bulk_makes_as_many(operator: Caller) -> None:
    store(repeating())
    ids = operator.post("jobs/bulk/", {"jobs": [{"job_type": OTP}] * 3}).json()["job_ids"]
    assert len({operator.get(f"jobs/{job_id}/").json()["series"] for job_id in ids}) == 3


def test_a_rerun_is_a_single_job(operator: Caller) -> None:
    store(repeating())
    job_id = operator.post("jobs/", {"job_type": OTP}).json()["job_id"]
    assert operator.post(f"jobs/{job_id}/rerun/").json()["series"] is None


def test_the_admin_makes_one() -> None:
    store(repeating())
    client = sign_in(Role.OPERATOR)
    client.post(f"/admin/restjob_jobs/job/add/?job_type={OTP}", {"payload": json.dumps({"user_id": 9})})
    assert Series.objects.get().payload == {"user_id": 9}


def test_until_it_is_bounded_there_is_none(operator: Caller) -> None:
    store(repeating(maxRuns=None))
    problem = (409, [("job_type", "ENDLESS_USER_JOB")])
    assert refused(operator.post("jobs/", {"job_type": OTP})) == problem
    store(repeating(maxRuns=1))
    assert operator.post("jobs/", {"job_type": OTP}).status_code == 201


@pytest.mark.parametrize("make", [repeating, recurring], ids=["of users", "of the system"])
def test_a_further_series_takes_the_templates_bound_unless_it_asks_for_fewer(
    editor: Caller, make: Any
) -> None:
    store(make(PASSWORD, maxRuns=3))
    assert editor.post("series/", {"job_type": PASSWORD}).json()["max_runs"] == 3
    fewer = editor.post("series/", {"job_type": PASSWORD, "max_runs": 2}).json()
    assert fewer["max_runs"] == 2
    assert editor.post("series/", {"job_type": PASSWORD, "max_runs": None}).json()["max_runs"] == 3
    too_many = (400, [("max_runs", "maximum")])
    before = Series.objects.count()
    assert refused(editor.post("series/", {"job_type": PASSWORD, "max_runs": 4})) == too_many
    assert Series.objects.count() == before
    path = f"series/{fewer['id']}/"
    assert refused(editor.send("PATCH", path, {"max_runs": 4})) == too_many
    assert editor.send("PATCH", path, {"max_runs": None}).json()["max_runs"] == 3
