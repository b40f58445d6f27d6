"""Creates and changes users, with validation and an entry in the audit trail."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from accounts.roles import SYSTEM, Actor, Role
from accounts.services.rights import note_change
from accounts.services.sessions import end_sessions
from foundation.errors import Conflict, Invalid, Problem


def create_user(*, name: str, role: Role, password: str | None = None, by: Actor = SYSTEM) -> User:
    """Creates a user and returns it; without a password the user can only use sign-in links and API tokens.

    Raises Invalid for a bad name or a weak password, and Conflict (user_exists) if the name is taken.
    """
    user = User(username=User.normalize_username(name), role=role)
    _check_name(user)
    # `make_password(None)` is Django's mark for a password that never matches.
    user.password = make_password(None) if password is None else _hash(password, user)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            audit.record(by, "user_created", user.username, {"role": role})
    except IntegrityError:
        detail = f"There is a user {user.username} already."
        raise Conflict(Problem("user_exists", detail, "username")) from None
    return user


def change_user(
    *,
    user: User,
    by: Actor,
    role: Role | None = None,
    active: bool | None = None,
    password: str | None = None,
    keep_session: str | None = None,
) -> User:
    """Changes those of role, active flag and password that are not None, and returns the user.

    Ends the user's sessions, except the one with the key `keep_session`.
    Raises Invalid for a weak password, and Conflict (last_admin) if no active admin would remain.
    """
    changed: dict[str, object] = {}
    # Before the transaction: hashing takes half a second, and holds neither locks nor a connection meanwhile.
    hashed = _hash(password, user) if password is not None else None
    with transaction.atomic():
        admins = _lock_admins()
        user = User.objects.select_for_update().get(pk=user.pk)
        if role is not None and role != user.role:
            changed["role"] = [user.role, role]
            user.role = role
        if active is not None and active != user.is_active:
            changed["active"] = [user.is_active, active]
            user.is_active = active
        if hashed is not None:
            changed |= {"password": "changed"}
            user.password = hashed
        if admins == [user.pk] and not (user.is_active and user.role == Role.ADMIN):
            detail = f"One active admin must remain: name another before changing {user.username}."
            raise Conflict(Problem("last_admin", detail))
        if changed:
            user.save(update_fields=["role", "is_active", "password"])
            audit.record(by, "user_changed", user.username, changed)
            end_sessions(user, keep_session)
            note_change()
    return user


def _lock_admins() -> list[int]:
    """Locks the rows of all active admins and returns their ids, so that no two admins demote each other at once."""
    admins = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True)
    return [admin.pk for admin in admins.order_by("pk")]


def _check_name(user: User) -> None:
    try:
        user.clean_fields(exclude={"password"})
    except ValidationError as exc:
        raise Invalid(
            Problem(error.code or "invalid", " ".join(error.messages), attr)
            for attr, errors in exc.error_dict.items()
            for error in errors
        ) from None
    if user.username == SYSTEM.name:
        # Histories would show the user's work as the platform's own.
        raise Invalid(Problem("reserved", "This name is the platform's own.", "username"))


def _hash(password: str, user: User) -> str:
    try:
        validate_password(password, user)
    except ValidationError as exc:
        problems = [Problem(e.code or "invalid", " ".join(e.messages), "password") for e in exc.error_list]
        raise Invalid(problems) from None
    return make_password(password)
