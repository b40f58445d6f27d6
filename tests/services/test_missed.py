"""What becomes of crontab times that pass while nothing dispatches."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from jobs import redbeat_entries
from jobs.dispatcher import heartbeat
from jobs.dispatcher.heartbeat import DispatcherHeartbeat
from jobs.models import LiveJob, Pulse, Series
from jobs.services import series as services
from tests.factories import ANN, PASSWORD, begin, claim_due, job, last_event, recurring, store
from tests.jobs_fixtures import together
from tests.services.chains import numbers, start, waiting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def down(since: timedelta, **keys: Any) -> Series:
    """A crontab series as the first dispatcher finds it that starts after so long without one."""
    series = start(**{"crontab": "0 * * * *"} | keys)
    Pulse.objects.update_or_create(id=1, defaults={"at": datetime.now(UTC) - since})
    return series


def due_ago(series: Series, ago: timedelta) -> Any:
    """Its waiting job, made due so long ago."""
    at = datetime.now(UTC) - ago
    LiveJob.objects.filter(series=series).update(start_time=at, claim_at=at + timedelta(seconds=1))
    return waiting(series)


def test_a_time_that_was_missed_is_skipped_for_the_next() -> None:
    series = down(5 * HOUR)
    missed = due_ago(series, 4 * HOUR)
    DispatcherHeartbeat().send()
    moved = waiting(series)
    assert (moved.pk, moved.state, moved.version) == (missed.pk, "scheduled", missed.version + 1)
    now = datetime.now(UTC)
    assert now < moved.start_time <= now + HOUR
    assert (moved.start_time.minute, moved.start_time.second) == (0, 0)
    assert moved.claim_at - moved.start_time == timedelta(seconds=1)
    assert not moved.armed
    event = last_event(moved.pk)
    assert (event.kind, event.actor) == ("job_changed", "system")
    assert event.detail == {"change": "missed", "was_due": missed.start_time.isoformat()}
    assert numbers(series) == [1]


def unmoved(series: Series, job_id: Any) -> bool:
    before = job(job_id)
    DispatcherHeartbeat().send()
    after = job(job_id)
    return (before.start_time, before.version) == (after.start_time, after.version)


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param(timedelta(seconds=-9), id="the last sign of life came before the due time"),
        pytest.param(timedelta(seconds=0.9), id="after it, and before the claim"),
    ],
)
@pytest.mark.parametrize("has_ticked", [True, False], ids=["RedBeat had told of it", "RedBeat had not"])
def test_one_that_was_due_when_the_dispatcher_died_does_not_start_an_hour_late(
    sign: timedelta, has_ticked: bool
) -> None:
    series = down(HOUR - sign)
    missed = due_ago(series, HOUR)
    if has_ticked:
        assert redbeat_entries.release_series(series.pk)
    DispatcherHeartbeat().send()
    assert waiting(series).start_time > datetime.now(UTC)
    assert last_event(missed.pk).detail["change"] == "missed"
    assert claim_due(queue="default", limit=5) == []


def test_one_that_was_claimed_and_whose_message_never_left_does_not_start_an_hour_late() -> None:
    series = down(HOUR - timedelta(seconds=0.9))
    missed = due_ago(series, HOUR)
    (queued_job,) = claim_due(queue="default", limit=5)
    DispatcherHeartbeat().send()
    moved = waiting(series)
    assert (queued_job.job_id, moved.pk, moved.state) == (missed.pk, missed.pk, "scheduled")
    assert moved.start_time > datetime.now(UTC)
    assert (moved.publish_due, moved.publishes) == (None, 0)
    assert last_event(missed.pk).detail["change"] == "missed"


def test_one_that_a_worker_has_begun_is_left_alone() -> None:
    series = down(HOUR - timedelta(seconds=0.9))
    due_ago(series, HOUR)
    (queued_job,) = claim_due(queue="default", limit=5)
    begin(queued_job.job_id)
    assert unmoved(series, queued_job.job_id)


def test_run_once_makes_up_for_all_missed_times_with_one_run() -> None:
    series = down(5 * HOUR, onMissed="run_once")
    assert unmoved(series, due_ago(series, 4 * HOUR).pk)


def test_a_fixed_delay_misses_nothing() -> None:
    series = down(5 * HOUR, crontab=None)
    assert unmoved(series, due_ago(series, 4 * HOUR).pk)


def test_a_short_absence_misses_nothing() -> None:
    series = down(timedelta(seconds=50))
    assert unmoved(series, due_ago(series, timedelta(seconds=40)).pk)


def test_what_waited_for_a_worker_before_the_absence_is_not_missed() -> None:
    series = down(HOUR)
    assert unmoved(series, due_ago(series, 2 * HOUR).pk)


def test_what_somebody_made_due_in_the_absence_is_not_missed() -> None:
    series = down(5 * HOUR)
    services.run_series_now(series_id=series.pk, actor=ANN)
    an_hour_ago = datetime.now(UTC) - HOUR
    LiveJob.objects.update(start_time=an_hour_ago, claim_at=an_hour_ago)
    assert unmoved(series, waiting(series).pk)


def test_a_heartbeat_is_written_and_the_first_one_misses_nothing() -> None:
    series = start(crontab="0 * * * *")
    assert unmoved(series, due_ago(series, 4 * HOUR).pk)
    assert datetime.now(UTC) - Pulse.objects.get().at < timedelta(seconds=30)


def test_while_somebody_dispatches_a_late_job_is_not_missed() -> None:
    series = down(timedelta(seconds=11))
    LiveJob.objects.update(claim_at=F("start_time"))
    assert unmoved(series, due_ago(series, 4 * HOUR).pk)


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_that_start_together_skip_it_once() -> None:
    series = down(5 * HOUR)
    missed = due_ago(series, 4 * HOUR)
    together(DispatcherHeartbeat().send, DispatcherHeartbeat().send)
    assert waiting(series).version == missed.version + 1


@pytest.mark.django_db(transaction=True)
def test_a_dispatcher_that_is_frozen_while_it_judges_keeps_no_other_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heartbeat, "PATIENCE_SECONDS", 0.2)
    down(5 * HOUR)
    with transaction.atomic():
        Pulse.objects.select_for_update().get()
        together(DispatcherHeartbeat().send)


@pytest.mark.django_db(transaction=True)
def test_one_whose_row_somebody_holds_is_skipped_before_it_can_start_and_the_others_at_once() -> None:
    held = down(5 * HOUR)
    store(recurring(PASSWORD, crontab="0 * * * *"))
    free = Series.objects.exclude(pk=held.pk).get()
    locked, missed = due_ago(held, 4 * HOUR), due_ago(free, 4 * HOUR)
    sender = DispatcherHeartbeat()
    with transaction.atomic():
        LiveJob.objects.select_for_update().get(pk=locked.pk)
        together(sender.send)
        assert job(missed.pk).version == missed.version + 1
        assert job(locked.pk).version == locked.version
    sender.send()
    assert job(locked.pk).version == locked.version + 1


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_that_somebody_holds_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "HEARTBEAT_INTERVAL_SECONDS", 0)
    naps: list[float] = []
    monkeypatch.setattr(time, "sleep", naps.append)
    monkeypatch.setattr(heartbeat, "PATIENCE_SECONDS", 0.2)
    down(5 * HOUR)
    sender = DispatcherHeartbeat()
    with transaction.atomic():
        Pulse.objects.select_for_update().get()
        together(sender.send)
        assert naps
        naps.clear()
        together(sender.send)
    assert naps == []
