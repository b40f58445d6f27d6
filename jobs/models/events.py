"""Defines the tables of job events, of jobs' log lines, and of how far the events are numbered and sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models.job import Job


class JobEvent(models.Model):
    """Records one change of a job. The rows are the job's history, and the outbox of event feed and websockets."""

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField(null=True)  # given by the relay after the commit: in order, without gaps
    job = models.ForeignKey(Job, models.CASCADE, related_name="events")
    kind = models.TextField()
    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=150, default="", blank=True)
    # The job's changing fields right after this change, for websocket frames.
    snapshot = models.JSONField()
    detail = models.JSONField(null=True)

    class Meta:
        db_table = "jobs_jobevent"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seq"], name="event_seq_once"),
            models.UniqueConstraint(
                fields=["job"], condition=Q(kind="job_created"), name="event_created_once"
            ),
            models.UniqueConstraint(
                fields=["job"], condition=Q(kind="job_terminated"), name="event_terminated_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="event_unnumbered"),
            models.Index(
                fields=["at"], condition=Q(kind__in=["job_progress", "job_log"]), name="event_passing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.job_id}"


class Relay(models.Model):
    """Stores, in its only row, the `seq` of the last numbered event and of the last one sent to the channel layer."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_seq = models.BigIntegerField(default=0)
    sent_seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "jobs_relay"

    def __str__(self) -> str:
        return f"numbered to {self.last_seq}, sent to {self.sent_seq}"


class LogChunk(models.Model):
    """Stores some successive log lines of a job; `first` is the number of the first. A job's lines start at 1."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, models.CASCADE, related_name="log_chunks", db_index=False)
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    lines = models.JSONField()  # [{"n", "time", "level", "attempt", "text"}]

    class Meta:
        db_table = "jobs_logchunk"
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "first"], name="log_lines_once")]

    def __str__(self) -> str:
        return f"lines {self.first}-{self.first + self.count - 1} of {self.job_id}"
