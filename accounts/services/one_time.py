"""Issues and redeems secrets that authenticate a user once: sign-in links for browsers, tickets for websockets."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.models import SignInLink, User, WsTicket
from accounts.roles import SYSTEM, Actor
from foundation.errors import Forbidden, Problem

TICKET_SECONDS = 30
LINK_MINUTES = 60


def make_sign_in_link(*, user: User, minutes: int = LINK_MINUTES, by: Actor = SYSTEM) -> str:
    """Returns a token that signs the user in once, within `minutes`, at the address `/sign-in/<token>/`."""
    with transaction.atomic():
        token = _issue(SignInLink, user, timedelta(minutes=minutes))
        audit.record(by, "sign_in_link_made", user.username, {"minutes": minutes})
    return token


def redeem_sign_in_link(*, token: str, ip: str | None = None) -> User:
    """Returns the user of a sign-in link's token and marks the link as used.

    Raises Forbidden (link_spent) if the link is unknown, used or expired, or the user is not active.
    """
    with transaction.atomic():
        user = _redeem(SignInLink, token)
        if user is None:
            raise Forbidden(Problem("link_spent", "This sign-in link was used before or has expired."))
        audit.record(user.actor, "signed_in", user.username, {"by": "link"}, ip=ip)
    return user


def issue_ticket(*, user: User) -> str:
    """Returns a new ticket with which the user may open one websocket within TICKET_SECONDS."""
    return _issue(WsTicket, user, timedelta(seconds=TICKET_SECONDS))


def redeem_ticket(*, token: str) -> User | None:
    """Returns the user of a websocket ticket and marks the ticket as used.

    Returns None if the ticket is unknown, used or expired, or the user is not active.
    """
    return _redeem(WsTicket, token)


def _issue(kind: type[SignInLink | WsTicket], user: User, lifetime: timedelta) -> str:
    # The database's clock writes and reads `expires_at`: 30 s leave no room for clocks that differ.
    kind._default_manager.filter(user=user, expires_at__lt=Now()).delete()
    token = secrets.token_urlsafe(32)
    kind._default_manager.create(digest=_digest(token), user=user, expires_at=Now() + lifetime)
    return token


def _redeem(kind: type[SignInLink | WsTicket], token: str) -> User | None:
    row = kind._default_manager.filter(digest=_digest(token))
    # A compare-and-set on one table decides which request was first. The user is checked afterwards: with a join
    # Postgres would not check the condition again after waiting for another transaction's row lock.
    if row.filter(used_at=None, expires_at__gt=Now()).update(used_at=Now()) != 1:
        return None
    user = row.select_related("user").get().user
    return user if user.is_active else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
