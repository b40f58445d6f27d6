"""Formats fields of jobs as HTML for Django's admin. The colours are defined in jobs/static/jobs/admin.css."""

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
from jobs.read import records
from jobs.read.history import fields_at
from jobs.read.shapes import find_truncation
from jobs.states import EventKind

STYLES = {"all": ["jobs/admin.css"]}
NOTHING = "-"
MAX_SHOWN_EVENTS = 200
MAX_SHOWN_LINES = 200


def badge(state: str) -> SafeString:
    """Returns the HTML of a coloured badge with the state of a job or series."""
    return format_html('<span class="job-state job-state-{0}">{0}</span>', state)


def progress(job: Job) -> SafeString:
    """Returns the HTML of a progress bar with the job's percentage."""
    percent = job.completion_percentage
    return format_html('<progress class="job-progress" max="100" value="{0}"></progress> {0} %', percent)


def time_column(field: str) -> Callable[[Any, Any], str]:
    """Returns an admin column that shows the time in `field` to the second; Django's own columns omit the seconds."""

    @admin.display(description=f"{field.replace('_', ' ')} (UTC)")
    def moment(_admin: Any, row: Any) -> str:
        time: datetime | None = getattr(row, field)
        return f"{time:%Y-%m-%d %H:%M:%S}" if time else NOTHING

    return moment


def pretty(value: Any) -> SafeString | str:
    """Returns the HTML of a value as indented JSON; "-" for None."""
    if value is None:
        return NOTHING
    return format_html(
        '<pre class="job-json">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False, default=str)
    )


def result(job: Job) -> SafeString | str:
    """Returns the HTML of the job's result as JSON; if it was too large to store, its size and its stored beginning."""
    truncated = find_truncation(job.result)
    if truncated is None:
        return pretty(job.result)
    size = f"{truncated['bytes']:,}"
    return format_html("<p>It has {} bytes; only its beginning was kept.</p>{}", size, pretty(job.result))


def error(job: Job) -> SafeString | str:
    """Returns the HTML of the job's error with its traceback; "-" for a job without an error."""
    if not job.error:
        return NOTHING
    return format_html(
        '<strong>{}: {}</strong><pre class="job-json">{}</pre>',
        job.error.get("type", ""),
        job.error.get("message", ""),
        job.error.get("traceback", ""),
    )


def link(page: str, key: object, text: object) -> SafeString:
    """Returns the HTML of a link to the admin page of the object with this key; `page` is `<app>_<model>`."""
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{page}_change", args=[key]), text)


def history(job: Job) -> str:
    """Returns an HTML table of the job's newest events, oldest first, without its progress and log events."""
    steps = JobEvent.objects.filter(job=job).exclude(kind__in=[EventKind.LOG, EventKind.PROGRESS])
    events = list(steps.order_by("-id")[: MAX_SHOWN_EVENTS + 1])
    left_out = len(events) > MAX_SHOWN_EVENTS
    row = vars(job)
    shown = [(event, row | fields_at(vars(event), row)) for event in events[:MAX_SHOWN_EVENTS][::-1]]
    return render_to_string("admin/restjob_jobs/job/history.html", {"events": shown, "left_out": left_out})


def log(job: Job) -> str:
    """Returns the HTML of the last MAX_SHOWN_LINES lines of the job's log."""
    before = max(job.log_lines - MAX_SHOWN_LINES, 0)
    lines = records.log_lines(job.pk, after=before, limit=MAX_SHOWN_LINES)
    for line in lines:
        line["time"] = datetime.fromisoformat(line["time"])
    return render_to_string("admin/restjob_jobs/job/log.html", {"lines": lines, "left_out": before})
