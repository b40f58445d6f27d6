"""Decides whose sign-in needs a second factor, who must have one, and by what a user can prove one."""

from __future__ import annotations

from django.conf import settings

from accounts.models import Passkey, RecoveryCode, TotpSecret, User

TOTP, PASSKEY, RECOVERY_CODE = "totp", "passkey", "recovery_code"


def needs_second_factor(user: User) -> bool:
    """Returns whether a sign-in by password must be completed with a second factor: if the account has one.

    Accounts without a password here, such as those of a sign-in provider, are not asked.
    """
    return user.has_usable_password() and has_second_factor(user)


def must_have_second_factor(user: User) -> bool:
    """Returns whether the setting REQUIRE_SECOND_FACTOR names the role of an account that has a password here."""
    return user.role in settings.REQUIRE_SECOND_FACTOR and user.has_usable_password()


def has_second_factor(user: User) -> bool:
    """Returns whether the account has a confirmed TOTP secret or a passkey; recovery codes alone are none."""
    return _has_totp(user) or Passkey.objects.filter(user=user).exists()


def list_methods(user: User, rp_id: str | None) -> list[str]:
    """Returns by what the user can prove a second factor on a page of the host `rp_id`; None: on one without a name."""
    methods = [TOTP] if _has_totp(user) else []
    if rp_id is not None and Passkey.objects.filter(user=user, rp_id=rp_id).exists():
        methods.append(PASSKEY)
    if count_recovery_codes(user):
        methods.append(RECOVERY_CODE)
    return methods


def count_recovery_codes(user: User) -> int:
    """Returns how many recovery codes the user has left."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _has_totp(user: User) -> bool:
    return TotpSecret.objects.filter(user=user, confirmed_at__isnull=False).exists()
