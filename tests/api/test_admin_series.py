"""Series in the admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from jobs.models import Job, Series
from tests import factories
from tests.support.admin import find_csp_violations, read_messages, read_text, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/restjob_jobs/series/"


@pytest.fixture
def series() -> Series:
    factories.store(factories.recurring(startInSeconds=60))
    return Series.objects.get()


@pytest.fixture
def editor() -> Client:
    return sign_in(Role.EDITOR)


def act(client: Client, action: str) -> Any:
    chosen = [str(one.pk) for one in Series.objects.all()]
    return client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)


def test_the_list_shows_timing_state_and_next_start(editor: Client, series: Series) -> None:
    page = editor.get(LIST)
    assert "otp_send_job every 60 s active" in read_text(page)
    assert find_csp_violations(page) == []


def test_the_detail_is_for_reading(editor: Client, series: Series) -> None:
    page = editor.get(f"{LIST}{series.pk}/change/")
    assert "the template's defaults" in read_text(page)
    assert b'name="_save"' not in page.content
    assert find_csp_violations(page) == []
    editor.post(f"{LIST}{series.pk}/change/", {"state": "ended"})
    editor.post(f"{LIST}{series.pk}/delete/", {"post": "yes"})
    assert Series.objects.get().state == "active"


def test_it_leads_to_the_jobs_of_the_series(editor: Client, series: Series) -> None:
    other = factories.scheduled(factories.PASSWORD)
    address = f"/admin/restjob_jobs/job/?series__id__exact={series.pk}"
    assert address.encode() in editor.get(f"{LIST}{series.pk}/change/").content
    text = read_text(editor.get(address))
    assert (str(Job.objects.get(series=series).pk) in text, str(other) in text) == (True, False)


def test_it_tells_why_and_until_when_it_is_paused_and_that_its_runs_fail(
    editor: Client, series: Series
) -> None:
    Series.objects.update(
        state="paused",
        paused_reason="Paused by eve.",
        paused_until=datetime(2030, 1, 31, tzinfo=UTC),
        failures_in_row=3,
    )
    assert "Paused by eve." in read_text(editor.get(LIST))
    detail = read_text(editor.get(f"{LIST}{series.pk}/change/"))
    assert "Paused by eve." in detail
    assert "2030-01-31 00:00:00" in detail
    assert "Failures in row: 3" in detail


def test_pause_ends_the_waiting_job_and_resume_starts_the_next(editor: Client, series: Series) -> None:
    assert read_messages(act(editor, "pause")) == ["1 series paused."]
    assert [(job.series_number, job.state) for job in series.jobs.all()] == [(1, "terminated")]
    assert read_messages(act(editor, "resume")) == ["1 series resumed."]
    assert [(job.series_number, job.state) for job in series.jobs.order_by("pk")] == [
        (1, "terminated"),
        (2, "scheduled"),
    ]


def test_run_now_makes_the_waiting_job_due(series: Series) -> None:
    assert read_messages(act(sign_in(Role.OPERATOR), "run_now")) == ["1 series made due."]
    job = series.jobs.get()
    assert (job.start_time - job.created_at).total_seconds() < 60


def test_a_refusal_is_told(editor: Client, series: Series) -> None:
    act(editor, "pause")
    assert read_messages(act(editor, "run_now")) == [f"{series}: state: This series has no waiting job."]


def test_operators_neither_pause_nor_resume(series: Series) -> None:
    operator = sign_in(Role.OPERATOR)
    assert "Pause selected series" not in read_text(operator.get(LIST))
    act(operator, "pause")
    assert Series.objects.get().state == "active"
