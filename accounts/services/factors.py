"""Removes second factors: a user's own one by one, and all of somebody who lost them, by an admin."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.models import Passkey, RecoveryCode, TotpSecret, User
from accounts.roles import Actor
from accounts.services.second_factor import has_second_factor, must_have_second_factor
from accounts.services.sessions import end_sessions
from accounts.services.sign_in import check_password
from foundation.errors import Conflict, Invalid, NotFound, Problem


def require_password(user: User, password: str | None) -> None:
    """Returns if this is the user's current password, with which a change of second factors must come.

    Raises Invalid (password_needed, wrong_password), and Conflict (no_password) for an account without one here. Wrong
    passwords count for the lockout (TooMany).
    """
    if not user.has_usable_password():
        detail = "This account has no password here, so that it is not asked for a second factor."
        raise Conflict(Problem("no_password", detail))
    if password is None:
        detail = "Send your current password, or sign in with your second factor first: that holds for ten minutes."
        raise Invalid(Problem("password_needed", detail, "password"))
    if check_password(user.username, password, user.origin) is None:
        raise Invalid(Problem("wrong_password", "This is not your password.", "password"))


def remove_totp(user: User) -> None:
    """Removes the authenticator app, or what was begun of one. Raises NotFound, and Conflict (factor_required)."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not TotpSecret.objects.filter(user=user).delete()[0]:
            raise NotFound(Problem("not_found", "No authenticator app is set up."))
        _after_removal(user)
        audit.record(user.actor, "totp_removed", f"user:{user.username}")


def remove_passkey(user: User, passkey_id: int) -> None:
    """Removes one of the user's own passkeys. Raises NotFound, and Conflict (factor_required)."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        row = Passkey.objects.filter(user=user, pk=passkey_id).first()
        if row is None:
            raise NotFound(Problem("not_found", f"You have no passkey {passkey_id}."))
        row.delete()
        _after_removal(user)
        gone = {"id": passkey_id, "name": row.name}
        audit.record(user.actor, "passkey_removed", f"user:{user.username}", before=gone)


def reset_factors(user: User, *, by: Actor) -> None:
    """Removes all second factors and recovery codes of somebody who lost them, and ends the sessions.

    The password alone signs in then.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        removed = {
            "totp": TotpSecret.objects.filter(user=user).delete()[0],
            "passkeys": Passkey.objects.filter(user=user).delete()[0],
        }
        RecoveryCode.objects.filter(user=user).delete()
        end_sessions(user)  # what was lost may have signed in meanwhile
        audit.record(by, "second_factors_reset", f"user:{user.username}", before=removed)


def _after_removal(user: User) -> None:
    """Deletes the recovery codes with the last factor. Raises Conflict (factor_required) if one has to remain."""
    if has_second_factor(user):
        return
    if must_have_second_factor(user):
        detail = f"The role {user.role} needs a second factor: set up another one before removing this."
        raise Conflict(Problem("factor_required", detail))
    RecoveryCode.objects.filter(user=user).delete()
