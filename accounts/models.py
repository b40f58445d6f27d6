"""Defines the tables of users, API tokens, one-time secrets, failed sign-ins and the audit trail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from knox.models import AbstractAuthToken

from accounts.roles import Actor, Right, Role


class UserManager(BaseUserManager["User"]):
    """Creates users for Django's own commands; our code calls `services.users`, which validates and audits them."""

    def create_user(self, username: str, password: str | None = None, *, role: Role = Role.VIEWER) -> User:
        """Creates and returns a user without validating the name and the password."""
        user = User(username=User.normalize_username(username), role=role)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None) -> User:
        """Creates and returns a user with the role admin without validating the name and the password."""
        return self.create_user(username, password, role=Role.ADMIN)


class User(AbstractBaseUser):
    """Stores a user: a person or a program. The role decides all rights; groups and staff flags are not used."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "A user with this name exists already."},
    )
    role = models.CharField(
        max_length=10, choices=[(role.value, role.value) for role in Role], default=Role.VIEWER.value
    )
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "accounts_user"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="role_is_known"
            )
        ]

    @property
    def actor(self) -> Actor:
        """Returns the user as an Actor (name and role), which services expect as the author of a change."""
        return Actor(self.username, Role(self.role))

    @property
    def is_staff(self) -> bool:
        """Returns whether the user may sign in to Django's admin: with the role operator or a higher one."""
        return self.actor.may(Right.OPERATE)

    @property
    def is_superuser(self) -> bool:
        """Returns whether the user has the role admin."""
        return self.actor.may(Right.ADMINISTER)

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        """Returns whether the user may use Django admin pages that are no `RoleModelAdmin`: only active admins may."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, _app_label: str) -> bool:
        """Returns whether Django's admin lists an app's pages that are no `RoleModelAdmin`: only for active admins."""
        return self.is_active and self.is_superuser


# Knox ships no types, so its base class is Any to mypy.
class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """Stores the digest of an API token and not the token itself, which is shown only once, when it is issued."""

    # Knox makes the digest the primary key; addresses and admin pages need a key that reveals nothing.
    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=128, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)

    class Meta:
        db_table = "accounts_apitoken"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"


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


class WsTicket(OneTimeSecret):
    """Stores a ticket that opens one websocket, for clients that can send neither a header nor a cookie with it."""

    class Meta(OneTimeSecret.Meta):
        db_table = "accounts_wsticket"


class SignInFailures(models.Model):
    """Counts failed sign-ins with one user name from one IP address since `since`, for the lockout."""

    username = models.CharField(max_length=150)
    ip = models.CharField(max_length=45, blank=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "accounts_signinfailures"
        constraints = [models.UniqueConstraint(fields=["username", "ip"], name="one_counter_per_name_and_ip")]

    def __str__(self) -> str:
        return f"{self.count} by {self.username} from {self.ip}"


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
