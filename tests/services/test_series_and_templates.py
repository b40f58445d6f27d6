"""Series that editors made, when their template changes."""

from __future__ import annotations

import pytest

from accounts.models import AuditEntry
from catalogue.services import remove_template
from foundation.errors import Conflict
from jobs.models import Job, Series
from jobs.services import series as services
from jobs.services.series_editing import create_series
from templates_app.models import JobTemplate, TemplateVersion
from tests.factories import EDITOR, OTP, begin, document, enqueue, finish, recurring, store
from tests.services.chains import run_one, start, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(db: None) -> Series:
    store()
    fields = {"every_seconds": 60, "payload": {"user_id": 9}}
    return Series.objects.get(pk=create_series(job_type=OTP, fields=fields, actor=EDITOR))


def state(series: Series) -> str:
    series.refresh_from_db()
    return series.state


def test_it_moves_to_the_new_version_with_its_own_payload(series: Series) -> None:
    assert waiting(series).fresh_process is False
    store(document(queue="mail", priority=5, freshProcess=True))
    row = waiting(series)
    assert (row.template_version, row.queue, row.priority, row.payload) == (2, "mail", 5, {"user_id": 9})
    assert row.fresh_process is True
    assert state(series) == "active"


def test_a_disabled_template_pauses_it_and_an_enabled_one_lets_it_go_on(series: Series) -> None:
    store(document(enabled=False))
    assert state(series) == "paused"
    assert not Job.objects.filter(state="scheduled").exists()
    store(document())
    assert (state(series), waiting(series).series_number) == ("active", 2)


def test_one_that_somebody_paused_stays_so_through_off_and_on(series: Series) -> None:
    services.pause_series(series_id=series.pk, actor=EDITOR)
    store(document(enabled=False))
    store(document())
    assert state(series) == "paused"


def test_one_that_somebody_paused_while_the_template_was_off_stays_so(series: Series) -> None:
    store(document(enabled=False))
    services.pause_series(series_id=series.pk, actor=EDITOR)
    store(document())
    assert state(series) == "paused"


def test_none_is_resumed_while_its_template_is_off(series: Series) -> None:
    store(document(enabled=False))
    with pytest.raises(Conflict) as caught:
        services.resume_series(series_id=series.pk, actor=EDITOR)
    assert caught.value.problems[0].code == "template_disabled"
    assert state(series) == "paused"


def test_an_archived_template_pauses_it(series: Series) -> None:
    remove_template(job_type=OTP, actor=EDITOR)
    assert state(series) == "paused"


def test_a_payload_that_does_not_do_any_more_pauses_the_series_and_lets_the_job_end(series: Series) -> None:
    attempt = begin(enqueue(waiting(series).pk))
    # Written without our services, which refuse it: a later release may check a stored template more strictly.
    text = TemplateVersion.objects.get().document.replace('"type": "uint"', '"type": "uint", "maxValue": 8')
    TemplateVersion.objects.update(document=text, number=2)
    JobTemplate.objects.update(version=2)
    assert finish(attempt) == "succeeded"
    assert state(series) == "paused"
    assert series.last_number == 1
    assert "user_id" in AuditEntry.objects.get(action="series_paused").after["because"]


def test_a_bound_that_a_templates_own_series_has_reached_ends_it() -> None:
    own = start(maxRuns=3)
    finish(run_one(own))
    store(recurring(maxRuns=1))
    own.refresh_from_db()
    assert (own.state, own.run_count) == ("ended", 1)
    assert not Job.objects.filter(state="scheduled").exists()
    store(recurring(maxRuns=2))
    assert waiting(own).state == "scheduled"
