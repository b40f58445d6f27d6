"""Defines the table of jobs. Only `jobs.transitions` writes job states; constraints hold even if it has a bug."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models.series import Series
from jobs.states import LIVE, State
from templates_app.models import JobTemplate

_SCHEDULED = Q(state=State.SCHEDULED)


class Job(models.Model):
    """Stores one request to run a job handler, with its state and result. `id` is the `job_id` of the API.

    It has few check constraints and few indexes on purpose: Postgres evaluates the checks with each statement that
    changes a job, and most such changes write to all indexes. `job_by_state` is enough to find queued or running jobs,
    which are few.
    """

    id = models.UUIDField(primary_key=True)  # holds `created_at`: see ids.py
    template = models.ForeignKey(
        JobTemplate, models.PROTECT, db_column="job_type", related_name="jobs", db_index=False
    )
    template_version = models.IntegerField()
    state = models.TextField(choices=[(s, s) for s in State], default=State.SCHEDULED)
    reason = models.TextField(null=True)
    payload = models.JSONField()
    secrets = models.TextField(null=True)  # the values of its secret fields, sealed; none once it has ended
    start_time = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=150)
    started_at = models.DateTimeField(null=True)
    terminated_at = models.DateTimeField(null=True)
    completion_percentage = models.SmallIntegerField(default=0)
    progress_message = models.TextField(default="", blank=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    priority = models.SmallIntegerField(default=0)
    queue = models.TextField(default="default")
    limited = models.BooleanField(
        default=False
    )  # its template has maxConcurrent: it also needs a slot of that
    worker = models.TextField(null=True)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="jobs", db_index=False)
    series_number = models.IntegerField(null=True)
    rerun_of = models.UUIDField(null=True)
    terminate_requested_at = models.DateTimeField(null=True)
    terminate_requested_by = models.CharField(max_length=150, default="", blank=True)
    version = models.IntegerField(default=1)

    # Attempts and losses are counted here, never by the broker.
    attempt = models.IntegerField(default=0)
    failures = models.IntegerField(default=0)  # attempts the handler itself ended without success
    losses = models.IntegerField(default=0)  # attempts whose own process died while its worker lived
    interruptions = models.IntegerField(
        default=0, db_default=0
    )  # attempts that ended with their worker, or by a signal
    withdrawals = models.IntegerField(default=0)
    max_attempts = models.IntegerField(default=1)
    max_lost = models.IntegerField(default=3)
    retry_backoff_seconds = models.IntegerField(default=10)
    timeout_seconds = models.IntegerField(null=True)
    fresh_process = models.BooleanField(default=False, db_default=False)

    # The lease of the attempt that runs now. It is a fencing token: writes of attempts without it change nothing.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker_pid = models.IntegerField(null=True)
    beat = models.IntegerField(default=0)

    # Book-keeping of messages, no state: when the dispatcher claims the job, when its message is published again, how
    # often it was, and whether RedBeat has an entry for it.
    claim_at = models.DateTimeField()
    publish_due = models.DateTimeField(null=True)
    publishes = models.IntegerField(default=0)
    armed = models.BooleanField(default=False)
    log_lines = models.IntegerField(default=0)

    class Meta:
        db_table = "jobs_job"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="job_state_known"),
            models.CheckConstraint(condition=Q(completion_percentage__lte=100), name="job_percentage"),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease__isnull=True)),
                name="job_lease_iff_running",
            ),
            # Partial: most jobs belong to no series, and each of their changes would write an index entry.
            models.UniqueConstraint(
                fields=["series", "series_number"],
                condition=Q(series__isnull=False),
                name="job_number_once_per_series",
            ),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(state__in=[s.value for s in LIVE], series__isnull=False),
                name="job_one_live_per_series",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["queue", "limited", "priority", "claim_at"], condition=_SCHEDULED, name="job_due"
            ),
            models.Index(
                fields=["queue", "limited", "priority", "template", "claim_at", "id"],
                condition=_SCHEDULED,
                name="job_due_by_type",
            ),
            models.Index(
                fields=["template", "-priority", "claim_at", "id"],
                condition=Q(state=State.SCHEDULED, limited=True),
                name="job_due_for_slots",
            ),
            models.Index(
                fields=["template"],
                condition=Q(state__in=[State.QUEUED, State.RUNNING], limited=True),
                name="job_in_a_slot",
            ),
            models.Index(fields=["state", "-id"], name="job_by_state"),
            models.Index(fields=["template", "-id"], name="job_by_type"),
            models.Index(
                fields=["series"],
                condition=Q(state=State.SCHEDULED, armed=False, series__isnull=False),
                name="job_unarmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.id}"
