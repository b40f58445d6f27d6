"""Defines the tables of idempotency keys, and of operations, which terminate or re-run many jobs in the background."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.states import OperationState


class IdempotencyKey(models.Model):
    """Stores one `Idempotency-Key`: for 24 hours, a caller's requests with the same key and body get the same answer.

    `job_id` is set for a request that created one job, `answer` (the JSON to send) for any other.
    """

    actor = models.CharField(max_length=150)
    key = models.CharField(max_length=255)
    body_sha256 = models.BinaryField()
    job_id = models.UUIDField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "jobs_idempotencykey"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.key}"


class Operation(models.Model):
    """Stores a request to terminate or re-run many jobs in the background, with the rights `created_by` then has."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # holds `created_at`, as jobs' ids do
    kind = models.TextField()  # states.OperationKind
    state = models.TextField(default=OperationState.RUNNING.value)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    matched = models.IntegerField(default=0)
    ended_before = models.IntegerField(default=0)  # of `matched`: had ended when the operation was requested

    class Meta:
        db_table = "jobs_operation"
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(state=OperationState.RUNNING.value), name="operation_running"
            ),
            models.Index(fields=["ended_at"], name="operation_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.matched} jobs for {self.created_by}"


class OperationPart(models.Model):
    """Stores some jobs of an operation, oldest first, with counts of what was done with the first `worked` of them."""

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="parts")
    number = models.IntegerField()
    job_ids = ArrayField(models.UUIDField())
    worked = models.IntegerField(default=0, db_default=0)
    finished = models.BooleanField(default=False, db_default=False)  # true also if it was cancelled
    free_at = models.DateTimeField(db_default=Now())  # until then a dispatcher leases it
    terminated = models.IntegerField(default=0, db_default=0)
    requested = models.IntegerField(default=0, db_default=0)
    already_ended = models.IntegerField(default=0, db_default=0)
    created = models.IntegerField(default=0, db_default=0)
    refused = models.IntegerField(default=0, db_default=0)
    refusals = models.JSONField(default=list, db_default=[])  # [{"job_id", "errors"}] of `refused`

    class Meta:
        db_table = "jobs_operationpart"
        indexes: ClassVar = [
            models.Index(fields=["number", "id"], condition=Q(finished=False), name="part_to_do"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.operation_id}"
