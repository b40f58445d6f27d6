"""Defines the tables that bind users to accounts at the sign-in provider, and sessions to its sessions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounts.models.users import User


class ProviderAccount(models.Model):
    """Stores which user an account at the provider is: `subject` is its lasting name there, unlike the user's name."""

    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    last_sign_in_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "accounts_provideraccount"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="provider_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.subject} at {self.issuer}"


class ProviderSession(models.Model):
    """Stores a browser's session that a sign-in by the provider opened, so that the provider can end it.

    `sid_digest` is the SHA-256 digest of the provider's name for its own session; empty if it gave none.
    """

    account = models.ForeignKey(ProviderAccount, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    sid_digest = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "accounts_providersession"

    def __str__(self) -> str:
        return f"session of {self.account}"


class SeenLogout(models.Model):
    """Stores the SHA-256 digest of a logout token's id, so that the token works once."""

    digest = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "accounts_seenlogout"

    def __str__(self) -> str:
        return self.digest
