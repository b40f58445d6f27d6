"""Jobs in the admin: list, detail, and the two actions."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from jobs.admin import job as job_admin
from jobs.admin import listing
from jobs.models import Job, LiveJob
from tests import factories
from tests.support import attempts
from tests.support.admin import find_csp_violations, read_messages, read_text, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/restjob_jobs/job/"


@pytest.fixture
def operator() -> Client:
    return sign_in(Role.OPERATOR)


def act(client: Client, action: str, *job_ids: uuid.UUID, **further: Any) -> Any:
    form = {"action": action, "_selected_action": [str(one) for one in job_ids], **further}
    return client.post(LIST, form, follow=True)


def test_the_list_shows_the_newest_first(operator: Client) -> None:
    older, newer = factories.scheduled(), factories.succeeded()
    page = operator.get(LIST)
    text = read_text(page)
    assert text.index(str(newer)) < text.index(str(older))
    assert "otp_send_job succeeded 100 %" in text
    assert b'class="job-state job-state-succeeded"' in page.content
    assert find_csp_violations(page) == []


def test_the_list_filters_by_state_and_type(operator: Client) -> None:
    waiting, ended = factories.scheduled(), factories.succeeded(factories.PASSWORD)
    by_state = read_text(operator.get(LIST, {"state__exact": "succeeded"}))
    by_type = read_text(operator.get(LIST, {"template__type__exact": "otp_send_job"}))
    assert (str(ended) in by_state, str(waiting) in by_state) == (True, False)
    assert (str(ended) in by_type, str(waiting) in by_type) == (False, True)


@pytest.mark.parametrize("query", ["payload__user_id=7", "lease__isnull=0", "state__exact=%00"])
def test_the_list_filters_by_nothing_else(operator: Client, query: str) -> None:
    assert operator.get(f"{LIST}?{query}").status_code == 400


def test_the_list_is_searched_by_id(operator: Client) -> None:
    wanted, other = factories.scheduled(), factories.scheduled()
    text = read_text(operator.get(LIST, {"q": f" {wanted} "}))
    assert str(other) not in text
    assert "1 result" in text


def test_the_list_counts_no_more_than_it_offers(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_COUNT", 2)
    for _ in range(3):
        factories.scheduled()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        text = read_text(operator.get(LIST))
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert "2 jobs" in text
    assert counting
    assert all("LIMIT 2" in sql for sql in counting)


def test_the_cost_of_the_list_does_not_grow_with_its_rows(operator: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert operator.get(LIST).status_code == 200
        return len(seen)

    factories.scheduled()
    with_one = queries()
    for _ in range(5):
        factories.scheduled()
    assert queries() == with_one


def test_the_detail_shows_everything_and_changes_nothing(operator: Client) -> None:
    attempt = factories.running(payload={"user_id": 42})
    attempts.append_log(attempt, "<b>first</b> line")
    attempts.fail_attempt(attempt, "<i>no such user</i>")
    page = operator.get(f"{LIST}{attempt.job_id}/change/")
    text = read_text(page)
    for part in (
        '"user_id": 42',
        "ValueError: <i>no such user</i>",
        "info <b>first</b> line",
        "job_terminated",
    ):
        assert part in text
    assert b"<b>first</b>" not in page.content
    assert b'name="_save"' not in page.content
    assert find_csp_violations(page) == []


def test_the_detail_tells_failures_crashes_and_interruptions_apart(operator: Client) -> None:
    factories.template(maxAttempts=4, maxLost=2)
    job_id = factories.scheduled()
    LiveJob.objects.filter(pk=job_id).update(attempt=6, failures=3, losses=1, interruptions=2)
    text = read_text(operator.get(f"{LIST}{job_id}/change/"))
    assert "6 run so far; 3 of 4 failed" in text
    assert "1 lost by a crash of the run's own process (up to 2 start again)" in text
    assert "2 cut short with the worker or by a signal (up to 10 start again)" in text


def test_the_detail_says_why_a_job_waits(operator: Client) -> None:
    job_id = factories.scheduled()
    assert "no worker serves queue default" in read_text(operator.get(f"{LIST}{job_id}/change/"))


def test_a_rerun_leads_to_the_job_it_repeats(operator: Client) -> None:
    old = factories.succeeded()
    act(operator, "run_again", old)
    page = operator.get(f"{LIST}{Job.objects.latest('pk').pk}/change/")
    assert f'href="{LIST}{old}/change/"'.encode() in page.content


def test_a_long_history_and_log_are_cut(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.admin.display.MAX_SHOWN_EVENTS", 2)
    monkeypatch.setattr("jobs.admin.display.MAX_SHOWN_LINES", 2)
    attempt = factories.running()
    attempts.append_log(attempt, "one", "two", "three")
    factories.finish(attempt)
    text = read_text(operator.get(f"{LIST}{attempt.job_id}/change/"))
    assert "The newest 2 are shown." in text
    assert "job_created" not in text
    assert "The last 2 lines are shown; 1 come before." in text
    assert "info one" not in text


@pytest.mark.parametrize("role", list(Role))
def test_nobody_writes_a_job(role: Role) -> None:
    job_id = factories.scheduled()
    client = sign_in(role)
    client.post(f"{LIST}{job_id}/change/", {"state": "succeeded"})
    client.post(f"{LIST}{job_id}/delete/", {"post": "yes"})
    act(client, "delete_selected", job_id, post="yes")
    assert Job.objects.get().state == "scheduled"


def test_viewers_are_not_let_in() -> None:
    assert sign_in(Role.VIEWER).get(LIST).status_code == 302


def test_terminate_stops_what_can_be_stopped(operator: Client) -> None:
    waiting, running, ended = factories.scheduled(), factories.running().job_id, factories.succeeded()
    answer = act(operator, "terminate_selected", waiting, running, ended)
    assert read_messages(answer) == ["1 terminated, 1 asked to stop, 1 had ended."]
    assert factories.job(waiting).state == "terminated"
    assert factories.job(running).terminate_requested_by == "ann"


@pytest.mark.parametrize(
    ("page", "action"),
    [
        (LIST, "terminate_selected"),
        (LIST, "run_again"),
        ("/admin/restjob_jobs/series/", "pause"),
        ("/admin/restjob_accounts/apitoken/", "delete_selected"),
    ],
)
@pytest.mark.parametrize("selected", ["", "x", "9999999999"])
def test_rows_that_cannot_be_are_told_and_nothing_is_done(page: str, action: str, selected: str) -> None:
    admin = sign_in(Role.ADMIN)
    job_id = factories.scheduled()
    answer = admin.post(page, {"action": action, "_selected_action": [selected]}, follow=True)
    assert answer.status_code == 200
    assert factories.job(job_id).state == "scheduled"
    # A number may be a row's, only there is none.
    assert read_messages(answer) or selected == "9999999999"


def test_run_again_makes_new_jobs_and_tells_what_was_refused(operator: Client) -> None:
    first, second = factories.succeeded(), factories.succeeded(factories.PASSWORD)
    factories.template(factories.PASSWORD, enabled=False)
    answer = act(operator, "run_again", first, second)
    assert read_messages(answer) == [
        "1 new jobs were created.",
        f"{second}: job_type: The template forgot_password_job is disabled.",
    ]
    new = Job.objects.latest("pk")
    assert (new.rerun_of, new.created_by, new.state) == (first, "ann", "scheduled")


def test_more_jobs_than_one_request_can_take_are_refused(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_admin, "MAX_COUNT", 1)
    jobs = [factories.scheduled(), factories.scheduled()]
    answer = act(operator, "terminate_selected", jobs[0], select_across="1")
    assert read_messages(answer) == ["These are more than 1 jobs: choose fewer. Nothing was done."]
    assert set(Job.objects.values_list("state", flat=True)) == {"scheduled"}
