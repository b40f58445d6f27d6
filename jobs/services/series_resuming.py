"""A series that was paused until some time goes on by itself."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.roles import SYSTEM
from foundation.errors import Invalid
from jobs import hints
from jobs.models import Series
from jobs.read import queries
from jobs.services.series import start, stopped_by_template
from jobs.states import SeriesState
from jobs.transitions.series_jobs import MISSED_AFTER_SECONDS
from jobs.transitions.succession import pause

log = logging.getLogger(__name__)


def resume_due() -> int:
    """Answers how many went on. One whose row somebody holds comes next time."""
    due = Series.objects.filter(state=SeriesState.PAUSED, paused_until__lte=Now(), archived=False)
    resumed = sum(_resume(series_id) for series_id in due.order_by("pk").values_list("pk", flat=True))
    if resumed:
        log.info("resumed %s series whose pause is over", resumed)
        hints.nudge()
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
        series.paused_reason = stopped_by_template(template.pk)
        series.save(update_fields=["paused_by_template", "paused_until", "paused_reason"])
        return False
    try:
        with transaction.atomic():
            start(series_id, after=_counts_from(series.paused_until, by_crontab=series.crontab is not None))
    except Invalid as exc:
        pause(series, f"Its template refuses its payload: {exc}")
        return False
    audit.record(SYSTEM, "series_resumed", str(series_id), {"because": "Its pause is over."})
    return True


def _counts_from(until: datetime, *, by_crontab: bool) -> datetime:
    """The end of the pause, at which a crontab's time still counts; now, if nobody was there to see it."""
    now = queries.now()
    if now - until > timedelta(seconds=MISSED_AFTER_SECONDS):
        return now
    return until - timedelta(microseconds=1) if by_crontab else until
