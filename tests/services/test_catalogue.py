"""Storing templates: what follows for series and jobs, in the same transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalogue import importing, services
from foundation.errors import Conflict, Forbidden, Invalid
from jobs.models import Job, Series
from jobs.services import series as series_services
from jobs.states import LIVE
from templates_app.documents import parse_document, parse_file
from templates_app.models import JobTemplate
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    PASSWORD,
    begin,
    document,
    enqueue,
    finish,
    job,
    kinds,
    last_event,
    recurring,
    scheduled,
    store,
)

pytestmark = pytest.mark.django_db


def bring_in(*documents: dict[str, Any], **options: bool) -> dict[str, Any]:
    """What an import by an editor reports."""
    specs = parse_file({one["type"]: one for one in documents})
    return importing.import_templates(specs=specs, actor=EDITOR, **options).as_json()


def live() -> Job:
    return Job.objects.get(state__in=LIVE)


def test_an_import_starts_one_series_for_each_recurring_system_template() -> None:
    report = bring_in(recurring(OTP), recurring(PASSWORD), document("birthday_notification_job"))
    assert sorted(report["created"]) == ["birthday_notification_job", PASSWORD, OTP]
    assert sorted(Series.objects.values_list("template", flat=True)) == [PASSWORD, OTP]
    assert sorted(Job.objects.values_list("template", flat=True)) == [PASSWORD, OTP]


def test_a_second_import_of_the_same_changes_nothing() -> None:
    bring_in(recurring())
    before = list(Job.objects.values())
    assert bring_in(recurring())["unchanged"] == [OTP]
    assert list(Job.objects.values()) == before


def test_a_dry_run_reports_what_would_be_and_stores_nothing() -> None:
    assert bring_in(recurring(), dry_run=True)["created"] == [OTP]
    assert not JobTemplate.objects.exists()
    assert not Job.objects.exists()


def test_a_user_triggered_recurring_template_starts_nothing_by_itself() -> None:
    bring_in(recurring(userTriggered=True, maxRuns=3))
    assert not Series.objects.exists()
    assert not Job.objects.exists()


def test_a_system_template_that_does_not_recur_runs_once_at_its_first_import() -> None:
    bring_in(document(userTriggered=False, startInSeconds=5))
    row = live()
    assert (row.series_id, row.created_by, row.payload) == (None, "system", {"user_id": 7})
    assert row.start_time - row.created_at == timedelta(seconds=5)
    bring_in(document(userTriggered=False, label="another"))
    assert Job.objects.count() == 1


def test_it_runs_again_whenever_it_is_enabled_again() -> None:
    for enabled in (True, False, True):
        store(document(userTriggered=False, enabled=enabled))
    assert Job.objects.count() == 2


def test_a_disabled_template_starts_nothing_until_it_is_enabled() -> None:
    bring_in(recurring(enabled=False))
    assert not Job.objects.exists()
    bring_in(recurring())
    assert live().series_number == 1


def test_disabling_pauses_the_series_and_enabling_starts_its_next_number() -> None:
    store(recurring())
    store(recurring(enabled=False))
    assert Series.objects.get().state == "paused"
    assert set(Job.objects.values_list("state", flat=True)) == {"terminated"}
    store(recurring())
    assert (Series.objects.get().state, live().series_number) == ("active", 2)


def test_a_template_that_stops_recurring_pauses_its_series() -> None:
    store(recurring())
    store(document(userTriggered=True))
    assert Series.objects.get().state == "paused"
    store(recurring())
    assert live().series_number == 2


def test_a_new_version_moves_the_waiting_job_of_its_series() -> None:
    store(recurring())
    first = live()
    store(recurring(startInSeconds=60, payload={"user_id": 8}, queue="mail", priority=5, maxAttempts=3))
    moved = live()
    assert moved.pk == first.pk
    assert (moved.template_version, moved.payload, moved.version) == (2, {"user_id": 8}, first.version + 1)
    assert (moved.queue, moved.priority, moved.max_attempts) == ("mail", 5, 3)
    assert moved.start_time == first.created_at + timedelta(seconds=60)
    event = last_event(moved.pk)
    assert (event.kind, event.detail) == ("job_changed", {"change": "template", "version": 2})
    assert Series.objects.get().every_seconds == 60


def test_a_running_job_stays_as_it_was_made_and_the_next_is_of_the_new_version() -> None:
    store(recurring())
    attempt = begin(enqueue(live().pk))
    store(recurring(payload={"user_id": 8}))
    assert (job(attempt.job_id).template_version, job(attempt.job_id).payload) == (1, {"user_id": 7})
    finish(attempt)
    assert (live().template_version, live().payload) == (2, {"user_id": 8})


def test_a_job_outside_of_the_series_keeps_its_version() -> None:
    job_id = scheduled()
    store(document(label="another"))
    assert (job(job_id).template_version, kinds(job_id)) == (1, ["job_created"])


def test_a_series_that_somebody_paused_stays_paused_when_its_template_is_edited() -> None:
    store(recurring())
    series_services.pause_series(series_id=Series.objects.get().pk, actor=EDITOR)
    store(recurring(startInSeconds=60))
    assert (Series.objects.get().state, Series.objects.get().every_seconds) == ("paused", 60)
    assert not Job.objects.filter(state__in=LIVE).exists()


def test_a_series_that_had_its_last_run_goes_on_when_more_are_allowed() -> None:
    store(recurring(maxRuns=1))
    finish(begin(enqueue(live().pk)))
    assert Series.objects.get().state == "ended"
    store(recurring(maxRuns=1, label="another"))
    assert Series.objects.get().state == "ended"
    store(recurring(maxRuns=2))
    assert (Series.objects.get().state, live().series_number) == ("active", 2)


@pytest.mark.parametrize("recurs", [True, False])
def test_a_system_template_whose_defaults_do_not_do_is_refused_with_a_remedy(recurs: bool) -> None:
    bad = recurring(rescheduleAfterTermination=recurs, payload={})
    with pytest.raises(Invalid) as caught:
        bring_in(document(PASSWORD), bad)
    (problem,) = caught.value.problems
    assert (problem.attr, problem.code) == (f"{OTP}.payload.user_id", "required")
    assert problem.remedy
    assert not JobTemplate.objects.exists()
    assert bring_in(document(PASSWORD), recurring())["created"] == [PASSWORD, OTP]


def test_it_is_refused_as_well_while_a_job_of_the_series_runs() -> None:
    store(recurring())
    attempt = begin(enqueue(live().pk))
    with pytest.raises(Invalid):
        store(recurring(payload={}))
    finish(attempt)
    assert live().series_number == 2


def test_one_bad_template_of_a_file_stores_none_and_every_problem_is_reported() -> None:
    with pytest.raises(Invalid) as caught:
        bring_in(document(), document(PASSWORD, priority=10), document("a_job", nonsense=1))
    assert [(problem.attr, problem.code) for problem in caught.value.problems] == [
        (f"{PASSWORD}.priority", "maximum"),
        ("a_job.nonsense", "unknown_field"),
    ]
    assert not JobTemplate.objects.exists()


def test_prune_archives_what_the_file_leaves_out_and_pauses_its_series() -> None:
    bring_in(recurring(), document(PASSWORD))
    assert bring_in(document(PASSWORD), prune=True)["archived"] == [OTP]
    assert JobTemplate.objects.get(pk=OTP).archived
    assert Series.objects.get().state == "paused"
    assert not Job.objects.filter(state__in=LIVE).exists()


def test_an_import_brings_an_archived_template_back_and_its_series_too() -> None:
    bring_in(recurring(), document(PASSWORD))
    bring_in(document(PASSWORD), prune=True)
    assert bring_in(recurring())["updated"] == [OTP]
    assert live().series_number == 2


def test_a_template_without_jobs_is_deleted() -> None:
    store(document())
    assert services.remove_template(job_type=OTP, actor=EDITOR)
    assert not JobTemplate.objects.exists()


def test_a_template_with_jobs_is_archived_and_its_series_paused() -> None:
    store(recurring())
    assert not services.remove_template(job_type=OTP, actor=EDITOR)
    assert JobTemplate.objects.get().archived
    assert Series.objects.get().state == "paused"


def test_a_stale_version_changes_and_removes_nothing() -> None:
    store(document())
    store(document(label="another"))
    with pytest.raises(Conflict):
        services.save_template(spec=parse_document(document(label="x")), actor=EDITOR, expected_version=1)
    with pytest.raises(Conflict):
        services.remove_template(job_type=OTP, actor=EDITOR, expected_version=1)
    assert JobTemplate.objects.get().label == "another"


def test_templates_are_for_editors() -> None:
    with pytest.raises(Forbidden):
        store(document(), actor=ANN)
    with pytest.raises(Forbidden):
        importing.import_templates(specs=[], actor=ANN)
    store(document())
    with pytest.raises(Forbidden):
        services.remove_template(job_type=OTP, actor=ANN)
