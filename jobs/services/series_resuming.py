"""Resumes paused series when the time comes until which they were paused (`paused_until`)."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.roles import SYSTEM
from foundation.errors import Invalid
from jobs import wakeup
from jobs.models import Series
from jobs.read import queries
from jobs.services.series import activate, template_stop_reason
from jobs.states import SeriesState
from jobs.transitions.series_jobs import MISSED_AFTER_SECONDS
from jobs.transitions.succession import pause_refused

log = logging.getLogger(__name__)


def resume_due_series() -> int:
    """Resumes all series whose `paused_until` is past; returns how many. Skips locked series (SKIP LOCKED)."""
    due = Series.objects.filter(state=SeriesState.PAUSED, paused_until__lte=Now(), archived=False)
    resumed = sum(_resume(series_id) for series_id in due.order_by("pk").values_list("pk", flat=True))
    if resumed:
        log.info("resumed %s series whose pause is over", resumed)
        wakeup.wake_dispatchers()
    return resumed


@transaction.atomic
def _resume(series_id: uuid.UUID) -> bool:
    free = Series.objects.select_for_update(of=("self",), skip_locked=True).select_related("template")
    series = free.filter(pk=series_id, state=SeriesState.PAUSED, paused_until__lte=Now()).first()
    if series is None or series.paused_until is None:
        return False
    template = series.template
    if not template.enabled or template.archived:
        series.paused_by_template, series.paused_until = True, None
        series.paused_reason = template_stop_reason(template.pk)
        series.save(update_fields=["paused_by_template", "paused_until", "paused_reason"])
        return False
    try:
        with transaction.atomic():
            activate(
                series_id, after=_timing_base(series.paused_until, by_crontab=series.crontab is not None)
            )
    except Invalid as exc:
        pause_refused(series, exc)
        return False
    because = {"because": "Its pause is over."}
    audit.record(SYSTEM, "series_resumed", f"series:{series_id}", after=because)
    return True


def _timing_base(until: datetime, *, by_crontab: bool) -> datetime:
    """Returns the time to compute a resumed series' due time from: the end of its pause, or now if that is long past.

    For a crontab it is a microsecond earlier, so that a crontab time at the very end of the pause counts.
    """
    now = queries.now()
    if now - until > timedelta(seconds=MISSED_AFTER_SECONDS):
        return now
    return until - timedelta(microseconds=1) if by_crontab else until
