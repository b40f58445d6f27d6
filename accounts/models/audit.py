"""Defines the table of the audit trail."""

from __future__ import annotations

from typing import Any

from django.db import models


class AuditEntry(models.Model):
    """Stores one change and who made it. Entries are only added: a database trigger refuses updates and deletes.

    The actor is a name and not a foreign key: entries outlive users, and the shell and the platform act, too.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    object = models.CharField(max_length=200)
    detail: models.JSONField[Any, Any] = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        db_table = "accounts_auditentry"
        ordering = ["-id"]
        indexes = [models.Index(fields=["object", "id"], name="audit_of_object")]
        verbose_name_plural = "audit trail"

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.object}"
