"""Defines the table of API tokens, which stores digests and never the tokens themselves."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from knox.models import AbstractAuthToken

from accounts.models.users import User
from accounts.rights import Scope, TokenLimits


# Knox ships no types, so its base class is Any to mypy.
class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """Stores the digest of an API token and not the token itself, which is shown only once, when it is issued."""

    # Knox makes the digest the primary key; addresses and admin pages need a key that reveals nothing.
    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=128, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=10, default=Scope.MANAGE.value, db_default=Scope.MANAGE.value)
    job_types: ArrayField[Any, Any] = ArrayField(models.CharField(max_length=63), null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_ip = models.GenericIPAddressField(null=True)

    class Meta:
        db_table = "accounts_apitoken"
        ordering = ["-id"]

    @property
    def limits(self) -> TokenLimits:
        """Returns what limits the rights of requests with this token."""
        return TokenLimits.from_columns(self.scope, self.job_types)

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
