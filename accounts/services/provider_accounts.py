"""Refuses passwords for users who sign in by the provider: their sign-in, and its end, is the provider's affair."""

from __future__ import annotations

from accounts.models import ProviderAccount, User
from foundation.errors import Conflict, Problem


def refuse_provider_account(user: User, attr: str | None = None) -> None:
    """Raises Conflict (provider_account) if the user is bound to an account at the sign-in provider."""
    if is_provider_account(user):
        detail = (
            f"{user.username} signs in by the provider and has no password here. While the provider is down, "
            f"`manage.py sign_in_link {user.username}` opens the door."
        )
        raise Conflict(Problem("provider_account", detail, attr))


def is_provider_account(user: User) -> bool:
    """Returns whether the user is bound to an account at the sign-in provider, which lasts as long as the user."""
    return ProviderAccount.objects.filter(user=user).exists()
