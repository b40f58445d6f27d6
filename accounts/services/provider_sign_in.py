"""Signs in who comes from the provider: binds the account to a user, whose role and groups then follow the provider."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.models import ApiToken, Group, Membership, ProviderAccount, ProviderSession, User
from accounts.origin import Origin
from accounts.roles import SYSTEM, Actor, Role
from accounts.services.rights import copy_grants
from accounts.services.sessions import end_sessions
from accounts.services.sign_in_limits import SIGNED_IN
from accounts.services.users import create_user
from accounts.sign_in_oidc.claims import MAX_NAME_CHARACTERS, Identity
from accounts.sign_in_oidc.errors import inactive_error, no_role_error
from foundation.errors import Conflict, Forbidden

MAX_NAMES_TRIED = 1000


def sign_in_from_provider(*, identity: Identity, origin: Origin, session_key: str | None = None) -> User:
    """Returns the user of an account at the provider, with the role and the groups that the provider says.

    The first sign-in makes the user. Raises Forbidden: `no_role` if the provider gives no role, which ends all that the
    user still had, `not_active` if the account here is switched off.
    """
    try:
        user, refusal = _apply(identity, origin, session_key)
    except IntegrityError:  # two first sign-ins at once; the account is there now
        user, refusal = _apply(identity, origin, session_key)
    if refusal is not None or user is None:
        raise refusal or no_role_error()
    return user


def remember_session(*, user: User, session_key: str, sid: str) -> None:
    """Stores that the provider opened this browser's session, so that it can end it; drops what has expired."""
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    account = ProviderAccount.objects.get(user=user)
    with transaction.atomic():
        ProviderSession.objects.filter(account=account, created_at__lt=Now() - age).delete()
        ProviderSession.objects.update_or_create(
            session_key=session_key, defaults={"account": account, "sid_digest": digest_of(sid)}
        )


def digest_of(text: str) -> str:
    """Returns the SHA-256 digest of a text of the provider as it is stored; an empty text stays empty."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


@transaction.atomic
def _apply(
    identity: Identity, origin: Origin, session_key: str | None
) -> tuple[User | None, Forbidden | None]:
    """Returns the user, and why the user may not sign in: what that changes has to be stored, too."""
    account = ProviderAccount.objects.filter(issuer=identity.issuer, subject=identity.subject).first()
    platform = SYSTEM.coming_from(origin)
    if identity.role is None:
        if account is not None:
            _take_everything(platform, User.objects.select_for_update().get(pk=account.user_id))
        _record_refusal(platform, identity.name, "no_role")
        return None, no_role_error()
    if account is None:
        account = _make_account(platform, identity, identity.role)
    _lock_new_groups(account.user_id, identity.groups)
    user = User.objects.select_for_update().get(pk=account.user_id)
    if not user.is_active or user.is_service:
        _record_refusal(platform, user.username, "not_active")
        return user, inactive_error()
    ProviderAccount.objects.filter(pk=account.pk).update(last_sign_in_at=Now())
    _follow(platform, user, identity.role, identity.groups, session_key)
    user.origin = origin
    audit.record(user.actor, SIGNED_IN, f"user:{user.username}", after={"by": "oidc"})
    return user, None


def _record_refusal(platform: Actor, name: str, reason: str) -> None:
    after = {"by": "oidc", "reason": reason}
    audit.record(platform, "sign_in_refused", f"user:{name}", after=after)


def _make_account(platform: Actor, identity: Identity, role: Role) -> ProviderAccount:
    """Makes the user of an account at the provider, under a name that nobody else has."""
    for number in range(1, MAX_NAMES_TRIED):
        suffix = f"-{number}" if number > 1 else ""
        name = identity.name[: MAX_NAME_CHARACTERS - len(suffix)] + suffix
        # Names that differ in case only would be taken for one another; the platform's own is nobody's.
        if User.objects.filter(username__iexact=name).exists() or name.lower() == SYSTEM.name:
            continue
        try:
            user = create_user(name=name, role=role, by=platform)
        except Conflict:
            continue
        return ProviderAccount.objects.create(issuer=identity.issuer, subject=identity.subject, user=user)
    raise inactive_error()


def _follow(
    platform: Actor, user: User, role: Role, groups: tuple[str, ...], session_key: str | None
) -> None:
    """Gives the user the role and the groups of the provider; memberships that an admin gave here stay.

    Another role ends the user's sessions, except the one with this key, in which the user signs in.
    """
    before: dict[str, object] = {"role": user.role}
    after: dict[str, object] = {"role": role}
    if user.role != role:
        user.role = role
        end_sessions(user, session_key)
    days = timedelta(days=settings.PROVIDER_RECHECK_DAYS)
    User.objects.filter(pk=user.pk).update(role=role, must_sign_in_by=Now() + days)
    moved = _follow_groups(user, groups)
    if moved or after != before:
        after |= {**moved, "by": "oidc"}
        audit.record(platform, "user_changed", f"user:{user.username}", before=before, after=after)
        copy_grants([user.pk])
        user.refresh_from_db()


def _lock_new_groups(user_id: int, names: tuple[str, ...]) -> None:
    """Locks the groups that the user comes to, before the user is locked: all changes lock groups before users."""
    held = Group.objects.filter(memberships__user=user_id)
    new = Group.objects.select_for_update().filter(name__in=names).exclude(pk__in=held).order_by("pk")
    list(new.values_list("pk"))


def _follow_groups(user: User, names: tuple[str, ...]) -> dict[str, list[str]]:
    """Returns the names of groups that were added and taken, by `groups_added` and `groups_removed`, if any were."""
    held = {one.group.name: one for one in Membership.objects.filter(user=user).select_related("group")}
    added = [name for name in names if name not in held]
    removed = [name for name, one in held.items() if one.from_provider and name not in names]
    Group.objects.bulk_create([Group(name=name) for name in added], ignore_conflicts=True)
    Membership.objects.bulk_create(
        [
            Membership(group=group, user=user, from_provider=True)
            for group in Group.objects.filter(name__in=added)
        ]
    )
    Membership.objects.filter(pk__in=[held[name].pk for name in removed]).delete()
    changes = {"groups_added": sorted(added), "groups_removed": sorted(removed)}
    return {change: groups for change, groups in changes.items() if groups}


def _take_everything(platform: Actor, user: User) -> None:
    """Ends sessions and API tokens of a user to whom the provider gives no role any more, and the rights it gave."""
    tokens, _ = ApiToken.objects.filter(user=user).delete()
    after: dict[str, object] = {
        "role": Role.VIEWER,
        "sessions": "ended",
        "tokens_revoked": tokens,
        "by": "oidc",
    }
    after |= _follow_groups(user, ())
    end_sessions(user)
    # Sessions are bound to the stored password: another one ends those of which processes of older code know.
    User.objects.filter(pk=user.pk).update(
        role=Role.VIEWER, must_sign_in_by=Now(), password=make_password(None)
    )
    before = {"role": user.role}
    audit.record(platform, "user_changed", f"user:{user.username}", before=before, after=after)
    copy_grants([user.pk])
