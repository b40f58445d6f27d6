"""Defines the table of series, which are chains of recurring jobs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.states import SeriesState
from templates_app.models import JobTemplate


class Series(models.Model):
    """Stores a chain of recurring jobs. Each is due `every_seconds` after the one before it ended, or by crontab."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    template = models.ForeignKey(JobTemplate, models.PROTECT, db_column="job_type", related_name="series")
    owned_by_template = models.BooleanField(default=False)
    payload = models.JSONField(null=True)  # null: the template's defaults at that time
    secrets = models.TextField(null=True)  # the values of the secret fields in `payload`, sealed
    pinned_version = models.PositiveIntegerField(null=True)  # null: the template's newest
    every_seconds = models.PositiveBigIntegerField(null=True)
    crontab = models.TextField(null=True)
    time_zone = models.TextField(default="UTC")
    on_missed = models.TextField(default="skip")  # what to do about a missed crontab time; or run_once
    max_runs = models.PositiveIntegerField(null=True)
    state = models.TextField(choices=[(s, s) for s in SeriesState], default=SeriesState.ACTIVE)
    paused_by_template = models.BooleanField(default=False)  # resumes when the template can run again
    paused_reason = models.TextField(null=True)  # a sentence, while it is paused
    paused_until = models.DateTimeField(null=True)  # when the dispatcher resumes it
    failures_in_row = models.PositiveIntegerField(default=0, db_default=0)
    archived = models.BooleanField(default=False)  # deleted; the row stays while jobs refer to it
    run_count = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=150)

    class Meta:
        db_table = "jobs_series"
        verbose_name_plural = "series"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template"], condition=Q(owned_by_template=True), name="series_one_per_template"
            ),
            models.CheckConstraint(
                condition=Q(every_seconds__gte=1, crontab__isnull=True)
                | Q(every_seconds__isnull=True, crontab__isnull=False),
                name="series_delay_or_crontab",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["paused_until"], condition=Q(paused_until__isnull=False), name="series_paused_until"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {'by crontab' if self.crontab else f'every {self.every_seconds} s'}"

    @property
    def has_runs_left(self) -> bool:
        """Returns whether the series may run another job: it has no `max_runs`, or has had fewer runs."""
        return self.max_runs is None or self.run_count < self.max_runs
