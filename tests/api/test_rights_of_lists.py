"""Lists, counts, filters, the feed and requests about many jobs, for somebody who may not see all of them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.roles import SYSTEM, Role
from jobs.services import operations
from jobs.services.series_editing import create_series
from tests import factories
from tests.api.caller import Caller, problems, refused
from tests.api.caller import admin as admin
from tests.api.rights import OPEN, RESTRICTED, Granted, Program, grant_to_group, store_both, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _both_types(db: None) -> None:
    store_both()


def listed(caller: Caller, path: str, key: str, **query: Any) -> list[str]:
    answer = caller.get(path, query)
    assert answer.status_code == 200
    return [row[key] for row in answer.json()["results"]]


def types_listed(caller: Caller, **query: Any) -> list[str]:
    return listed(caller, "jobs/", "job_type", **query)


def count(caller: Caller, **query: Any) -> int:
    return sum(caller.get("jobs/counts/", query).json()["counts"].values())


def test_lists_have_what_is_seen_and_nothing_else(editor: Caller, admin: Caller) -> None:
    factories.scheduled(OPEN), factories.scheduled(RESTRICTED), factories.succeeded(RESTRICTED)
    for caller, expected in ((editor, 1), (admin, 3), (Granted("see"), 3)):
        assert len(types_listed(caller)) == count(caller) == expected


def test_no_filter_finds_what_is_not_seen(editor: Caller) -> None:
    job_id = factories.succeeded(RESTRICTED)
    filters: list[dict[str, Any]] = [
        {"job_type": RESTRICTED}, {"state": "succeeded"}, {"search": RESTRICTED}, {"search": str(job_id)},
        {"search": "system"}, {"created_by": "system"}, {"created_after": "2020-01-01T00:00:00Z"},
        {"ended_after": "2020-01-01T00:00:00Z"}, {"queue": "default"},
    ]  # fmt: skip
    for one in filters:
        assert (types_listed(editor, **one), count(editor, **one)) == ([], 0), one


def test_a_job_that_may_only_be_seen_has_no_contents(admin: Caller) -> None:
    job_id = factories.succeeded(RESTRICTED)
    seer = Granted("see")
    whole, row = seer.get(f"jobs/{job_id}/").json(), seer.get("jobs/").json()["results"][0]
    for job in (whole, row):
        assert job["hidden"] is True
        assert job["payload"] is job["error"] is job["progress_message"] is None
        assert (job["state"], job["created_by"]) == ("succeeded", "system")
    assert whole["result"] is whole["result_truncated"] is None
    history = seer.get(f"jobs/{job_id}/events/").json()["results"]
    assert history
    assert all(event["error"] is event["progress_message"] is event["detail"] is None for event in history)
    assert admin.get(f"jobs/{job_id}/").json()["hidden"] is False


def test_who_may_run_a_type_reads_the_jobs_they_made(admin: Caller) -> None:
    runner = Granted("run")
    own = runner.post("jobs/", {"job_type": RESTRICTED}).json()
    other = factories.scheduled(RESTRICTED)
    assert own["payload"] == {"user_id": 7}
    hidden = {job["job_id"]: job["hidden"] for job in runner.get("jobs/").json()["results"]}
    assert hidden == {own["job_id"]: False, str(other): True}
    assert runner.get(f"jobs/{own['job_id']}/log/").status_code == 200
    assert runner.get(f"jobs/{other}/log/").status_code == 404
    assert runner.given is not None
    take_back(runner.given)
    assert runner.get(f"jobs/{own['job_id']}/").status_code == 404


def test_a_grant_to_a_group_holds_for_its_members() -> None:
    member = Caller(Role.VIEWER)
    grant_to_group(member.user, "run")
    assert member.post("jobs/", {"job_type": RESTRICTED}).status_code == 201


def test_a_viewer_with_a_grant_runs_that_type_only() -> None:
    runner = Granted("run")
    assert refused(runner.post("jobs/", {"job_type": OPEN})) == (403, [("job_type", "permission_denied")])
    assert refused(runner.post("jobs/bulk/", {"jobs": [{"job_type": RESTRICTED}, {"job_type": OPEN}]})) == (
        400,
        [("jobs.1.job_type", "permission_denied")],
    )


def test_an_unseen_type_is_unknown_to_who_creates_jobs(editor: Caller) -> None:
    unknown = editor.post("jobs/", {"job_type": "no_such_job"})
    unseen = editor.post("jobs/", {"job_type": RESTRICTED})
    assert refused(unknown) == refused(unseen) == (404, [("job_type", "not_found")])


def test_the_feed_leaves_out_what_is_not_seen(editor: Caller) -> None:
    factories.scheduled(RESTRICTED)
    seen = factories.scheduled(OPEN)
    factories.number_events()
    events = editor.get("events/").json()["results"]
    assert [event["data"]["job_id"] for event in events] == [str(seen)]
    hidden = Granted("see").get("events/").json()["results"][0]["data"]
    assert (hidden["hidden"], hidden["payload"]) == (True, None)


def test_series_of_an_unseen_type_are_not_listed(editor: Caller) -> None:
    create_series(job_type=RESTRICTED, fields={"every_seconds": 60, "payload": {"user_id": 1}}, actor=SYSTEM)
    assert listed(editor, "series/", "id") == []
    (series,) = Granted("see").get("series/").json()["results"]
    assert (series["payload"], series["hidden"]) == (None, True)


def test_queues_and_workers_count_what_is_seen(editor: Caller, admin: Caller) -> None:
    factories.worker_node(slots=2)
    factories.scheduled(RESTRICTED), factories.running(RESTRICTED)
    for caller, number in ((editor, 0), (admin, 1)):
        (queue,) = caller.get("queues/").json()["results"]
        (worker,) = caller.get("workers/").json()["results"]
        assert (queue["waiting"], worker["busy"]) == (number, number)


def test_terminating_by_filter_leaves_out_what_may_not_be_stopped(operator: Caller) -> None:
    kept, stopped = factories.scheduled(RESTRICTED), factories.scheduled(OPEN)
    for dry_run in (True, False):
        report = operator.post("jobs/terminate/", {"all": True, "dry_run": dry_run}).json()
        assert (report["matched"], report["terminated"]) == (1, 1)
    assert (factories.job(kept).state, factories.job(stopped).state) == ("scheduled", "terminated")


def test_terminating_by_id_says_what_may_not_be_stopped() -> None:
    job_id = factories.scheduled(RESTRICTED)
    body = {"ids": [str(job_id)]}
    runner = Granted("run", role=Role.OPERATOR)
    assert refused(runner.post("jobs/terminate/", body)) == (403, [("job_type", "permission_denied")])
    assert factories.job(job_id).state == "scheduled"
    assert Granted("stop").post("jobs/terminate/", body).json()["terminated"] == 1


def test_unseen_ids_count_as_unknown(operator: Caller) -> None:
    job_id = factories.scheduled(RESTRICTED)
    assert operator.post("jobs/terminate/", {"ids": [str(job_id)]}).json()["matched"] == 0
    report = operator.post("jobs/rerun/", {"ids": [str(job_id)]}).json()
    assert (report["matched"], report["created"]) == (0, [])


def test_rerunning_many_refuses_each_job_that_may_not_be_read() -> None:
    readable, hidden = factories.succeeded(OPEN), factories.succeeded(RESTRICTED)
    runner = Granted("run", role=Role.OPERATOR)
    report = runner.post("jobs/rerun/", {"all": True}).json()
    assert len(report["created"]) == 1
    assert [(one["job_id"], one["errors"][0]["code"]) for one in report["refused"]] == [
        (str(hidden), "permission_denied")
    ]
    assert factories.job(report["created"][0]).rerun_of == readable


def test_an_operation_is_seen_by_who_began_it_and_by_who_sees_all(editor: Caller, admin: Caller) -> None:
    factories.succeeded(RESTRICTED)
    operation_id = factories.operation()
    assert listed(admin, "operations/", "id") == [str(operation_id)]
    assert listed(editor, "operations/", "id") == []
    assert editor.get(f"operations/{operation_id}/").status_code == 404
    assert editor.post(f"operations/{operation_id}/cancel/").status_code == 404
    assert operations.describe(operation_id, SYSTEM)["state"] == "running"


def test_a_token_of_some_job_types_lists_these_only() -> None:
    factories.scheduled(OPEN), factories.scheduled(RESTRICTED)
    program = Program(Role.ADMIN, job_types=[RESTRICTED])
    assert types_listed(program) == [RESTRICTED]
    assert count(program) == 1
    assert listed(program, "templates/", "type") == [RESTRICTED]
    assert problems(program.post("jobs/", {"job_type": OPEN})) == [("job_type", "not_found")]


def test_a_token_for_reading_creates_nothing() -> None:
    program = Program(Role.ADMIN, scope="read")
    assert refused(program.post("jobs/", {"job_type": OPEN})) == (403, [(None, "scope")])
    assert refused(Program(Role.EDITOR, scope="run").post("series/", {"job_type": OPEN})) == (
        403,
        [(None, "scope")],
    )
