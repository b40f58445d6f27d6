"""What a series knows of its pauses: why it stands still, until when, and how many runs failed before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Pausable(models.Model):
    paused_by_template = models.BooleanField(default=False)  # it goes on when its template may run again
    paused_reason = models.TextField(null=True)  # a sentence, while it is paused
    paused_until = models.DateTimeField(null=True)  # then the dispatcher resumes it
    failures_in_row = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True
        indexes: ClassVar = [
            models.Index(
                fields=["paused_until"], condition=Q(paused_until__isnull=False), name="series_paused_until"
            )
        ]
