"""Defines the table of users: people and programs, with their role and the rights that grants give them."""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Value
from django.utils import timezone

from accounts.origin import Origin
from accounts.rights import Grant, TokenLimits
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
    """Stores a user: a person or a program. Role and grants decide all rights; Django's groups and flags are not used.

    `granted`: what the user's own grants and those of the user's groups give, as `[[patterns, rights], ...]`.
    `rights_version`: grows with each change of that, so that statements can check what a process had cached.
    `must_sign_in_by`: from then on the user's API tokens are not valid, until the next sign-in by the provider.
    """

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
    is_service = models.BooleanField("service account", default=False, db_default=False)
    last_seen_at = models.DateTimeField(null=True, editable=False)
    granted: models.JSONField[Any, Any] = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), editable=False
    )
    rights_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    must_sign_in_by = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # The API token of this request, and what limits it; None for other requests. Not stored here.
    token_id: int | None = None
    token: TokenLimits | None = None
    # The digest of the session with which the ticket of this websocket was asked for. Not stored here.
    session_digest: str = ""
    # From where this user acts in this request. Not stored here.
    origin: Origin = Origin()
    # The admin who looks at the platform as this user; None for everybody's own requests. Not stored here.
    viewer: str | None = None

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
        """Returns the user as an Actor, which services expect as the author of a change."""
        grants = tuple(Grant.from_json(patterns, rights) for patterns, rights in self.granted)
        return Actor(self.username, Role(self.role), grants, self.token, self.rights_version, self.origin)

    def coming_from(self, origin: Origin) -> User:
        """Returns a copy of this user, who may be shared with other requests, as acting from there."""
        found = copy(self)
        found.origin = origin
        return found

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
