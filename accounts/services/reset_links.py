"""Makes one-time links with which users set a new password, and sets the password of a link's user."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.models import ResetLink, User
from accounts.origin import Origin
from accounts.roles import Actor
from accounts.services.one_time import delete_links, digest_of, issue_secret, redeem_secret, refuse_service
from accounts.services.provider_accounts import is_provider_account, refuse_provider_account
from accounts.services.rights import note_change
from accounts.services.sessions import end_sessions
from accounts.services.users import hash_password
from foundation.errors import Conflict, Forbidden, Problem

LINK_HOURS = 24


def make_reset_link(*, user: User, by: Actor) -> tuple[str, datetime]:
    """Returns a token that sets the user's password once, at the address `/reset-password/<token>/`, and its end.

    Raises Conflict if the user is a service account (service_account), signs in by the provider (provider_account) or
    is not active (inactive), or if the operator has set LOCAL_SIGN_IN=0 (local_sign_in_off).
    """
    refuse_service(user)
    refuse_provider_account(user)
    if not settings.LOCAL_SIGN_IN:
        detail = "Signing in by name and password is switched off here, so a new password would open nothing."
        raise Conflict(Problem("local_sign_in_off", detail))
    if not user.is_active:
        detail = f"{user.username} is not active, so no link would work: make the user active first."
        raise Conflict(Problem("inactive", detail))
    with transaction.atomic():
        token = issue_secret(ResetLink, user, timedelta(hours=LINK_HOURS))
        audit.record(by, "reset_link_made", f"user:{user.username}", after={"hours": LINK_HOURS})
    return token, ResetLink.objects.get(digest=digest_of(token)).expires_at


def user_of_reset_link(token: str) -> User:
    """Returns the user of a reset link, which stays as it is. Raises Forbidden (link_spent) if it would not work."""
    links = ResetLink.objects.select_related("user").filter(digest=digest_of(token))
    link = links.filter(used_at=None, expires_at__gt=Now()).first()
    if link is None or not link.user.is_active or link.user.is_service or is_provider_account(link.user):
        raise _spent()
    return link.user


def reset_password(*, token: str, password: str, origin: Origin) -> User:
    """Sets the password of a reset link's user, which ends all sessions of the user; returns the user.

    Marks the link as used, and deletes the user's other links. Raises Invalid for a weak password, after which the link
    still works, and Forbidden (link_spent) if the link is unknown, used or expired, or the user may not sign in.
    """
    known = user_of_reset_link(token)
    # Before the transaction: hashing takes half a second, and holds neither locks nor a connection meanwhile.
    hashed = hash_password(password, known)
    with transaction.atomic():
        # Users are locked before their links, as in `change_user`.
        user = User.objects.select_for_update(no_key=True).get(pk=known.pk)
        if redeem_secret(ResetLink, token) is None or not user.is_active or user.is_service:
            raise _spent()
        user.password = hashed
        user.save(update_fields=["password"])
        delete_links(user)
        end_sessions(user)
        user.origin = origin
        audit.record(user.actor, "password_reset", f"user:{user.username}", after={"by": "link"})
        note_change()
    return user


def _spent() -> Forbidden:
    return Forbidden(Problem("link_spent", "This link was used before or has expired."))
