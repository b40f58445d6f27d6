"""Defines the tables of second factors: TOTP secrets, passkeys, and recovery codes for a lost device."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounts.models.users import User


class TotpSecret(models.Model):
    """Stores a user's TOTP secret, encrypted; signing in asks for a code only after the first one confirmed it.

    `last_step` is the time step of the last accepted code: that code and older ones are not accepted again.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    # The name and the text are those of other tables with encrypted values, so that one command rotates their keys.
    secrets = models.TextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "accounts_totpsecret"

    def __str__(self) -> str:
        return f"TOTP secret of {self.user}"


class Passkey(models.Model):
    """Stores the public half of a passkey. It works only for pages of the host `rp_id`, for which it was made.

    `credential_id` is base64url text as in browsers' JSON, `public_key` a COSE key. `sign_count` is the counter that
    some authenticators send with each signature; it stays 0 with the others.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    rp_id = models.CharField(max_length=253)
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_passkey"
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"


class RecoveryCode(models.Model):
    """Stores the SHA-256 digest of a code that stands for a second factor once, when the device is lost."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_recoverycode"

    def __str__(self) -> str:
        return f"recovery code of {self.user}"
