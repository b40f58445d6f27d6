"""Formats values of jobs as HTML for the admin. Colours are in jobs/static/jobs/admin.css."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.models import Job, JobEvent
from jobs.read import queries
from jobs.read.shapes import find_truncation
from jobs.states import EventKind

STYLES = {"all": ["jobs/admin.css"]}
NOTHING = "-"
MAX_SHOWN_EVENTS = 200
MAX_SHOWN_LINES = 200


def badge(state: str) -> SafeString:
    """Returns a state as a coloured badge."""
    return format_html('<span class="job-state job-state-{0}">{0}</span>', state)


def progress(job: Job) -> SafeString:
    """Returns a progress bar with the percentage."""
    percent = job.completion_percentage
    return format_html('<progress class="job-progress" max="100" value="{0}"></progress> {0} %', percent)


def time_column(field: str) -> Callable[[Any, Any], str]:
    """Returns an admin column that shows the time `field` to the second; Django's own stops at the minute."""

    @admin.display(description=f"{field.replace('_', ' ')} (UTC)")
    def moment(_admin: Any, row: Any) -> str:
        time: datetime | None = getattr(row, field)
        return f"{time:%Y-%m-%d %H:%M:%S}" if time else NOTHING

    return moment


def pretty(value: Any) -> SafeString | str:
    """Returns a value as indented JSON."""
    if value is None:
        return NOTHING
    return format_html(
        '<pre class="job-json">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False, default=str)
    )


def result(job: Job) -> SafeString | str:
    """Returns the job's result as JSON; of a result that was too large, its size and beginning."""
    truncated = find_truncation(job.result)
    if truncated is None:
        return pretty(job.result)
    size = f"{truncated['bytes']:,}"
    return format_html("<p>It has {} bytes; only its beginning was kept.</p>{}", size, pretty(job.result))


def error(job: Job) -> SafeString | str:
    """Returns the error with its traceback."""
    if not job.error:
        return NOTHING
    return format_html(
        '<strong>{}: {}</strong><pre class="job-json">{}</pre>',
        job.error.get("type", ""),
        job.error.get("message", ""),
        job.error.get("traceback", ""),
    )


def link(page: str, key: object, text: object) -> SafeString:
    """Returns a link to an object's admin page; `page` is `app_model`."""
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{page}_change", args=[key]), text)


def history(job: Job) -> str:
    """Returns a table of the newest events, oldest first, without those of progress and log."""
    steps = JobEvent.objects.filter(job=job).exclude(kind__in=[EventKind.LOG, EventKind.PROGRESS])
    events = list(steps.order_by("-id")[: MAX_SHOWN_EVENTS + 1])
    left_out = len(events) > MAX_SHOWN_EVENTS
    shown = events[:MAX_SHOWN_EVENTS][::-1]
    return render_to_string("admin/restjob_jobs/job/history.html", {"events": shown, "left_out": left_out})


def log(job: Job) -> str:
    """Returns the last lines of the log."""
    before = max(job.log_lines - MAX_SHOWN_LINES, 0)
    lines = queries.log_lines(job.pk, after=before, limit=MAX_SHOWN_LINES)
    for line in lines:
        line["time"] = datetime.fromisoformat(line["time"])
    return render_to_string("admin/restjob_jobs/job/log.html", {"lines": lines, "left_out": before})
