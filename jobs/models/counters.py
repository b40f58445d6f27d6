"""Defines the tables of counters, which the relay writes as it numbers events: dispatcher/counting.py."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

# Upper bounds of the histograms' buckets, in seconds; there is one bucket more, for all above. They suit jobs of
# milliseconds as well as of hours, with a ratio of two to five from one to the next.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)


class JobMinute(models.Model):
    """Counts what happened to the jobs of one type in one queue within one minute.

    `waits` are the times from due to started of each attempt, `runs` those of the attempt by which a job ended, as
    histograms by BUCKETS; `wait_seconds` and `run_seconds` are the sums.
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


class JobCount(models.Model):
    """Counts what ever happened to the jobs of one type in one queue, before the minute of CountMark.

    What happened since is in JobMinute: a row that each batch of events changed would grow slow under a transaction
    that somebody keeps open. The columns have the same meaning as there. Numbers never fall.
    """

    pk = models.CompositePrimaryKey("job_type", "queue")
    job_type = models.TextField()
    queue = models.TextField()
    created = models.BigIntegerField()
    started = models.BigIntegerField()
    succeeded = models.BigIntegerField()
    failed_by_error = models.BigIntegerField()
    failed_by_timeout = models.BigIntegerField()
    failed_by_loss = models.BigIntegerField()
    failed_without_handler = models.BigIntegerField()
    terminated = models.BigIntegerField()
    wait_seconds = models.FloatField()
    waits = ArrayField(models.BigIntegerField())
    run_seconds = models.FloatField()
    runs = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "jobs_count"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_type} in {self.queue}"


class CountMark(models.Model):
    """Stores, in its only row, the first minute that JobCount does not contain."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    minute = models.DateTimeField()

    class Meta:
        db_table = "jobs_countmark"
        default_permissions = ()

    def __str__(self) -> str:
        return f"counted before {self.minute}"


class DispatchCount(models.Model):
    """Counts the jobs in dispatch messages: published, republished because they seemed lost, and received in vain."""

    result = models.TextField(primary_key=True)
    number = models.BigIntegerField()

    class Meta:
        db_table = "jobs_dispatchcount"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number} {self.result}"
