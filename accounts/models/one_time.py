"""Defines the tables of secrets that authenticate a user once, and of failed sign-ins."""

from __future__ import annotations

from django.db import models

from accounts.models.tokens import ApiToken
from accounts.models.users import User


class OneTimeSecret(models.Model):
    """Stores the SHA-256 digest of a secret that authenticates its user once, until `expires_at`."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} of {self.user}"


class SignInLink(OneTimeSecret):
    """Stores the secret part of a link that signs a browser in, once."""

    class Meta(OneTimeSecret.Meta):
        db_table = "accounts_signinlink"


class ResetLink(OneTimeSecret):
    """Stores the secret part of a link with which its user sets a new password, once."""

    class Meta(OneTimeSecret.Meta):
        db_table = "accounts_resetlink"


class WsTicket(OneTimeSecret):
    """Stores a ticket that opens one websocket, for clients that can send neither a header nor a cookie with it.

    `token`: the API token with which it was asked for, whose limits hold for the websocket, too. `session`: the digest
    of the session with which it was asked for, blank if there was none; the websocket ends with that session.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, null=True, related_name="+")
    session = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta(OneTimeSecret.Meta):
        db_table = "accounts_wsticket"


class SignInFailures(models.Model):
    """Counts failed sign-ins with one user name from one IP address since `since`, for the lockout.

    The rows with a blank user name count those with any name, the rows with the address `*` those from anywhere.
    """

    username = models.CharField(max_length=150)
    ip = models.CharField(max_length=45, blank=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "accounts_signinfailures"
        constraints = [models.UniqueConstraint(fields=["username", "ip"], name="one_counter_per_name_and_ip")]

    def __str__(self) -> str:
        return f"{self.count} by {self.username} from {self.ip}"
