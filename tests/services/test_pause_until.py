"""A series that is paused until some time goes on by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from foundation.errors import Conflict, Invalid
from jobs.dispatcher import background_work
from jobs.models import Job, Series
from jobs.read import overviews
from jobs.services import series as services
from jobs.services.series_editing import create_series, delete_series
from tests.factories import EDITOR, OTP, document, finish, recurring, store
from tests.jobs_fixtures import together
from tests.services.chains import numbers, run_one, start, waiting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def paused(*, ago: timedelta = timedelta(seconds=1), **keys: Any) -> Series:
    """One whose pause was over so long ago."""
    series = start(**keys)
    services.pause_series(series_id=series.pk, actor=EDITOR, until=datetime.now(UTC) + HOUR)
    Series.objects.update(paused_until=datetime.now(UTC) - ago)
    series.refresh_from_db()
    return series


def state(series: Series) -> tuple[str, str | None]:
    shape = overviews.series_as_json(series.pk)
    assert shape["paused_until"] is None
    return shape["state"], shape["paused_reason"]


def test_it_tells_until_when_and_does_nothing_before() -> None:
    series = start()
    until = datetime.now(UTC) + HOUR
    services.pause_series(series_id=series.pk, actor=EDITOR, until=until)
    background_work.resume_series()
    shape = overviews.series_as_json(series.pk)
    assert (shape["state"], shape["paused_until"], shape["paused_reason"]) == (
        "paused",
        until,
        "Paused by eve.",
    )
    assert AuditEntry.objects.get(action="series_paused").after == {"until": until.isoformat()}


def test_when_the_time_has_come_any_dispatcher_starts_the_next_number() -> None:
    series = paused()
    over = series.paused_until
    assert over is not None
    background_work.resume_series()
    assert state(series) == ("active", None)
    assert numbers(series) == [1, 2]
    assert waiting(series).start_time == over + timedelta(seconds=10)
    entry = AuditEntry.objects.get(action="series_resumed")
    assert (entry.actor, entry.object) == ("system", f"series:{series.pk}")


def test_after_an_outage_its_timing_counts_from_now() -> None:
    series = paused(ago=5 * HOUR)
    background_work.resume_series()
    left = waiting(series).start_time - datetime.now(UTC)
    assert timedelta(seconds=5) < left <= timedelta(seconds=10)


def test_a_crontab_time_at_which_the_pause_ends_still_runs() -> None:
    series = start(crontab="0 * * * *")
    over = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    services.pause_series(series_id=series.pk, actor=EDITOR, until=over + 24 * HOUR)
    now = datetime.now(UTC)
    if now - over > timedelta(seconds=50):  # too late in this hour to be the end of the pause
        over = now.replace(microsecond=0, second=0)
        Series.objects.update(crontab="* * * * *")
    Series.objects.update(paused_until=over)
    background_work.resume_series()
    assert waiting(series).start_time - over < timedelta(seconds=60)
    assert numbers(series) == [1, 2]


def test_one_whose_last_job_still_runs_goes_on_after_it() -> None:
    series = start()
    attempt = run_one(series)
    services.pause_series(series_id=series.pk, actor=EDITOR, until=datetime.now(UTC) + HOUR)
    Series.objects.update(paused_until=datetime.now(UTC))
    background_work.resume_series()
    assert numbers(series) == [1]
    finish(attempt)
    assert numbers(series) == [1, 2]


def test_the_last_word_counts() -> None:
    series = start()
    until = datetime.now(UTC) + HOUR
    services.pause_series(series_id=series.pk, actor=EDITOR, until=until)
    services.pause_series(series_id=series.pk, actor=EDITOR, until=until + HOUR)
    assert overviews.series_as_json(series.pk)["paused_until"] == until + HOUR
    services.pause_series(series_id=series.pk, actor=EDITOR)
    assert state(series) == ("paused", "Paused by eve.")
    assert AuditEntry.objects.filter(action="series_paused").count() == 3


def test_resuming_before_forgets_the_time() -> None:
    series = start()
    services.pause_series(series_id=series.pk, actor=EDITOR, until=datetime.now(UTC) + HOUR)
    services.resume_series(series_id=series.pk, actor=EDITOR)
    assert state(series) == ("active", None)


def test_one_of_a_template_that_is_disabled_meanwhile_waits_for_that() -> None:
    series = paused()
    store(recurring(enabled=False))
    background_work.resume_series()
    assert state(series) == ("paused", f"The template {OTP} is disabled, archived or recurs no more.")
    store(recurring())
    assert state(series) == ("active", None)


def test_one_whose_payload_its_template_refuses_meanwhile_stays_paused_and_says_so() -> None:
    store()
    series_id = create_series(
        job_type=OTP, fields={"every_seconds": 60, "payload": {"user_id": 9}}, actor=EDITOR
    )
    services.pause_series(series_id=series_id, actor=EDITOR, until=datetime.now(UTC) + HOUR)
    Series.objects.update(paused_until=datetime.now(UTC), payload={"nobody": 1})
    background_work.resume_series()
    found, reason = state(Series.objects.get())
    assert found == "paused"
    assert reason is not None
    assert "nobody" in reason


def test_one_that_is_deleted_meanwhile_stays_gone() -> None:
    store(document())
    series_id = create_series(job_type=OTP, fields={"every_seconds": 60}, actor=EDITOR)
    services.pause_series(series_id=series_id, actor=EDITOR, until=datetime.now(UTC) + HOUR)
    delete_series(series_id=series_id, actor=EDITOR)
    Series.objects.update(paused_until=datetime.now(UTC))
    background_work.resume_series()
    assert Series.objects.get().state == "ended"
    assert not Job.objects.filter(state="scheduled").exists()


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        pytest.param(-HOUR, "minimum", id="past"),
        pytest.param(timedelta(0), "minimum", id="now"),
        pytest.param(timedelta(days=4000), "maximum", id="more than ten years ahead"),
    ],
)
def test_a_time_that_cannot_be_pauses_nothing(ahead: timedelta, code: str) -> None:
    series = start()
    with pytest.raises(Invalid) as caught:
        services.pause_series(series_id=series.pk, actor=EDITOR, until=datetime.now(UTC) + ahead)
    assert (caught.value.problems[0].code, caught.value.problems[0].attr) == (code, "until")
    assert state(series) == ("active", None)


def test_one_that_has_had_its_last_run_has_none_to_wait_for() -> None:
    series = start(maxRuns=1)
    finish(run_one(series))
    with pytest.raises(Conflict):
        services.pause_series(series_id=series.pk, actor=EDITOR, until=datetime.now(UTC) + HOUR)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    assert state(series) == ("ended", None)


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_resume_it_once() -> None:
    series = paused()
    together(background_work.resume_series, background_work.resume_series)
    assert numbers(series) == [1, 2]
    assert AuditEntry.objects.filter(action="series_resumed").count() == 1
