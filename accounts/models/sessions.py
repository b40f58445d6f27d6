"""Defines the table of sessions, which tells whose they are; their data is in Django's own table."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.db import models

from accounts.models.users import User


class Session(models.Model):
    """Stores of a signed-in session the SHA-256 digest of its key, its user, and where and when it was last used."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        db_table = "accounts_session"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"session of {self.user} from {self.ip}"


def digest_of_session(key: str) -> str:
    """Returns the digest under which a session key is stored."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
