"""Creates and changes users, with validation and an entry in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import audit
from accounts.errors import service_problem
from accounts.models import User
from accounts.roles import SYSTEM, Actor, Role
from accounts.services.memberships import groups_of, set_groups
from accounts.services.names import lock_groups, places_below
from accounts.services.one_time import delete_links
from accounts.services.provider_accounts import refuse_provider_account
from accounts.services.rights import note_change
from accounts.services.sessions import end_sessions
from accounts.services.tokens import revoke_all_tokens
from foundation.errors import Conflict, Invalid, Problem


def create_user(
    *,
    name: str,
    role: Role,
    password: str | None = None,
    groups: Sequence[str] = (),
    service: bool = False,
    by: Actor = SYSTEM,
) -> User:
    """Creates a user and returns it; without a password the user can only use sign-in links and API tokens.

    A service account (`service`) uses API tokens only. Raises Invalid for a bad name, a weak password, a password of a
    service account or an unknown group, and Conflict (user_exists) if the name is taken.
    """
    user = User(username=User.normalize_username(name), role=role, is_service=service)
    _check_name(user)
    _refuse_password_of_service(user, password)
    # `make_password(None)` is Django's mark for a password that never matches.
    user.password = make_password(None) if password is None else hash_password(password, user)
    after: dict[str, object] = {"role": role}
    after |= {"service": True} if service else {}
    after |= {"groups": sorted(groups)} if groups else {}
    try:
        with transaction.atomic():
            found = lock_groups(places_below("groups", groups))
            user.save(force_insert=True)
            set_groups(user, found)
            audit.record(by, "user_created", f"user:{user.username}", after=after)
    except IntegrityError:
        taken = f"There is a user {user.username} already."
        raise Conflict(Problem("user_exists", taken, "name")) from None
    return user


def change_user(
    *,
    user: User,
    by: Actor,
    role: Role | None = None,
    active: bool | None = None,
    password: str | None = None,
    groups: Sequence[str] | None = None,
    service: bool | None = None,
    revoke_tokens: bool = False,
    keep_session: str | None = None,
) -> User:
    """Changes what is not None, and returns the user; with `revoke_tokens`, all API tokens of the user are deleted.

    Unless only groups change, this ends the user's sessions, except the one with the key `keep_session`. A user who
    becomes a service account loses password and open links, too. Raises Invalid for a weak password, a password of a
    service account or an unknown group, and Conflict for a password of somebody who signs in by the provider
    (provider_account), and if no active admin would remain (last_admin).
    """
    if password is not None:
        refuse_provider_account(user, "password")
    # Before the transaction: hashing takes half a second, and holds neither locks nor a connection meanwhile.
    hashed = hash_password(password, user) if password is not None else None
    with transaction.atomic():
        found = lock_groups(places_below("groups", groups)) if groups is not None else None
        user, admins = _lock_with_admins(user)
        before = _describe(user)
        user.role, user.is_active = role or user.role, user.is_active if active is None else active
        _set_service(user, service)
        _refuse_password_of_service(user, password)
        if hashed is not None:
            user.password = hashed
        if admins == [user.pk] and not (user.is_active and user.role == Role.ADMIN):
            detail = f"One active admin must remain: name another before changing {user.username}."
            raise Conflict(Problem("last_admin", detail))
        after = _describe(user) | ({"password": "changed"} if hashed is not None else {})
        if after != before:
            user.save(update_fields=["role", "is_active", "is_service", "password"])
            end_sessions(user, None if user.is_service else keep_session)
        if found is not None:
            before["groups"] = groups_of(user)
            set_groups(user, found)
            after["groups"] = groups_of(user)
        if after != before:
            audit.record(by, "user_changed", f"user:{user.username}", before=before, after=after)
            note_change()
        if revoke_tokens:
            revoke_all_tokens(user=user, by=by)
    return user


def _set_service(user: User, service: bool | None) -> None:
    """Sets on the user, unsaved, whether it is a service account, unless that is None."""
    if service is None or service == user.is_service:
        return
    user.is_service = service
    if service:
        user.password = make_password(None)
        delete_links(user)


def _describe(user: User) -> dict[str, object]:
    """Returns what the audit trail tells of a user before and after a change."""
    return {"role": user.role, "active": user.is_active, "service": user.is_service}


def _lock_with_admins(user: User) -> tuple[User, list[int]]:
    """Locks the rows of a user and of all active admins; returns the user as stored, and the ids of the admins.

    So no two admins demote each other at once. All are locked in the order of their ids, as `lock_users` does.
    """
    is_admin = Q(role=Role.ADMIN, is_active=True)
    rows = list(User.objects.select_for_update(no_key=True).filter(is_admin | Q(pk=user.pk)).order_by("pk"))
    stored = next(row for row in rows if row.pk == user.pk)
    return stored, [row.pk for row in rows if row.role == Role.ADMIN and row.is_active]


def _refuse_password_of_service(user: User, password: str | None) -> None:
    if password is not None and user.is_service:
        raise Invalid(service_problem(user.username, "password"))


def _check_name(user: User) -> None:
    try:
        user.clean_fields(exclude={"password"})
    except ValidationError as exc:
        raise Invalid(
            Problem(error.code or "invalid", " ".join(error.messages), "name" if attr == "username" else attr)
            for attr, errors in exc.error_dict.items()
            for error in errors
        ) from None
    if user.username == SYSTEM.name:
        # Histories would show the user's work as the platform's own.
        raise Invalid(Problem("reserved", "This name is the platform's own.", "name"))


def hash_password(password: str, user: User) -> str:
    """Returns the hash of a user's new password. Raises Invalid with each reason for which it is too weak."""
    try:
        validate_password(password, user)
    except ValidationError as exc:
        problems = [Problem(e.code or "invalid", " ".join(e.messages), "password") for e in exc.error_list]
        raise Invalid(problems) from None
    return make_password(password)
