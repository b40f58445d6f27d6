"""What clients promise and ask for: idempotency keys, and operations on many jobs that go on in the background."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.states import OperationState


class IdempotencyKey(models.Model):
    """A client's promise that two requests are one: the same key and body get the same answer for 24 hours.

    A request that makes one job names it; what any other made is told by `answer`.
    """

    actor = models.CharField(max_length=150)
    key = models.CharField(max_length=255)
    body_sha256 = models.BinaryField()
    job = models.ForeignKey("restjob_jobs.Job", models.CASCADE, null=True, related_name="+")
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
    """Many jobs that are terminated or run again in the background, for `created_by`, with the rights of the day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # holds `created_at`, as jobs' ids do
    kind = models.TextField()  # states.OperationKind
    state = models.TextField(default=OperationState.RUNNING.value)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    matched = models.IntegerField(default=0)
    ended_before = models.IntegerField(default=0)  # of those: had ended when it was asked for

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
    """Some jobs of an operation, in the order of their making, and what became of the first `worked` of them."""

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="parts")
    number = models.IntegerField()
    job_ids = ArrayField(models.UUIDField())
    worked = models.IntegerField(default=0, db_default=0)
    finished = models.BooleanField(default=False, db_default=False)  # also where the operation was cancelled
    free_at = models.DateTimeField(db_default=Now())  # until then a dispatcher has it in hand
    terminated = models.IntegerField(default=0, db_default=0)
    requested = models.IntegerField(default=0, db_default=0)
    already_ended = models.IntegerField(default=0, db_default=0)
    created = models.IntegerField(default=0, db_default=0)
    refused = models.IntegerField(default=0, db_default=0)
    refusals = models.JSONField(default=list, db_default=[])  # [{"job_id", "errors"}] of those

    class Meta:
        db_table = "jobs_operationpart"
        indexes: ClassVar = [
            models.Index(fields=["number", "id"], condition=Q(finished=False), name="part_to_do"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.operation_id}"
