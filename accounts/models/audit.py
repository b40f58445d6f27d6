"""Defines the tables of the audit trail: its entries, and the chain of signed links that shows what is missing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.db import models

from accounts.models.audit_change import ChangeField

_MAX_MILLISECONDS = 253_402_214_400_000  # the last day that a datetime can hold


class AuditEntry(models.Model):
    """Stores one change and who made it. Entries are only added: database triggers refuse all else.

    The actor is a name and not a foreign key: entries outlive users, and the shell and the platform act, too. The table
    is partitioned by month, and its primary key is (at, id).
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    on_behalf_of = models.TextField()
    address = models.TextField(null=True)
    via = models.TextField()
    action = models.TextField()
    object = models.TextField()
    before = ChangeField(null=True)
    after = ChangeField(null=True)
    key_id = models.TextField()
    mac = models.BinaryField()

    class Meta:
        db_table = "accounts_audit"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["object", "at"], name="audit_by_object"),
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
            models.Index(fields=["action", "at"], name="audit_by_action"),
            models.Index(fields=["via", "at"], name="audit_by_via"),
        ]
        verbose_name_plural = "audit trail"

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.object}"

    @staticmethod
    def times_of(entry_id: uuid.UUID) -> tuple[datetime, datetime]:
        """Returns the earliest and the latest time of an entry with this id, which begins with its milliseconds."""
        milliseconds = min(entry_id.int >> 80, _MAX_MILLISECONDS)
        first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
        return first, first + timedelta(milliseconds=1)


class AuditLink(models.Model):
    """Stores one link of the chain: the place of an entry in it, and a hash that covers all entries up to this one.

    The table is partitioned by month, and its primary key is (seq, linked_at).
    """

    seq = models.BigIntegerField(primary_key=True)
    linked_at = models.DateTimeField()
    entry_at = models.DateTimeField()
    entry_id = models.UUIDField()
    hash = models.BinaryField()
    key_id = models.TextField()
    mac = models.BinaryField()

    class Meta:
        db_table = "accounts_auditlink"
        default_permissions = ()
        indexes = [models.Index(fields=["entry_at", "entry_id"], name="auditlink_by_entry")]

    def __str__(self) -> str:
        return f"link {self.seq}"


class PendingAuditEntry(models.Model):
    """Names an entry that is committed and not linked yet."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "accounts_auditpending"
        default_permissions = ()

    def __str__(self) -> str:
        return f"entry {self.id}"


class AuditHead(models.Model):
    """Stores, in its only row, a signature of the newest link, so that the end of the chain cannot be cut unseen."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    key_id = models.TextField()
    mac = models.BinaryField()

    class Meta:
        db_table = "accounts_audithead"
        default_permissions = ()

    def __str__(self) -> str:
        return f"linked to {self.seq}"


class AuditCheckpoint(models.Model):
    """Says what retention dropped: entries before `dropped_before`, and links up to `seq`, the last with `hash`."""

    pk = models.CompositePrimaryKey("dropped_before", "seq", "mac")
    dropped_before = models.DateTimeField()
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    made_at = models.DateTimeField()
    key_id = models.TextField()
    mac = models.BinaryField()

    class Meta:
        db_table = "accounts_auditcheckpoint"
        default_permissions = ()

    def __str__(self) -> str:
        return f"dropped before {self.dropped_before}"
