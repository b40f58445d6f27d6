"""Defines the tables of counters, which the relay writes as it numbers events: dispatcher/counting.py."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class JobMinute(models.Model):
    """Counts what happened to the jobs of one type in one queue within one minute.

    `waits` are the times from due to started of each attempt, `runs` those of the attempt by which a job ended, as
    histograms with the buckets of counting.BUCKETS; `wait_seconds` and `run_seconds` are the sums.
    """

    pk = models.CompositePrimaryKey("minute", "job_type", "queue")
    minute = models.DateTimeField()
    job_type = models.TextField()
    queue = models.TextField()
    created = models.IntegerField()
    started = models.IntegerField()
    succeeded = models.IntegerField()
    failed_by_error = models.IntegerField()
    failed_by_timeout = models.IntegerField()
    failed_by_loss = models.IntegerField()
    failed_without_handler = models.IntegerField()
    terminated = models.IntegerField()
    wait_seconds = models.FloatField()
    waits = ArrayField(models.IntegerField())
    run_seconds = models.FloatField()
    runs = ArrayField(models.IntegerField())

    class Meta:
        db_table = "jobs_minute"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_type} in {self.queue} at {self.minute:%Y-%m-%d %H:%M}"


class JobTotal(models.Model):
    """Counts stored ended jobs of one type and state that were created on one day (UTC), once their end is numbered."""

    pk = models.CompositePrimaryKey("day", "job_type", "state")
    day = models.DateField()
    job_type = models.TextField()
    state = models.TextField()
    number = models.BigIntegerField()

    class Meta:
        db_table = "jobs_total"
        default_permissions = ()
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.number} {self.state} {self.job_type} of {self.day}"
