"""Issues and redeems secrets that authenticate a user once: sign-in links for browsers, tickets for websockets."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.errors import service_problem
from accounts.models import ApiToken, OneTimeSecret, ResetLink, SignInLink, User, WsTicket
from accounts.models.sessions import digest_of_session
from accounts.origin import Origin
from accounts.roles import SYSTEM, Actor
from accounts.services.sessions import live_sessions
from accounts.services.sign_in_limits import SIGNED_IN
from accounts.services.tokens import load_user
from foundation.errors import Conflict, Forbidden, Problem

TICKET_SECONDS = 30
LINK_MINUTES = 15
Kind = TypeVar("Kind", bound=OneTimeSecret)


def make_sign_in_link(*, user: User, minutes: int = LINK_MINUTES, by: Actor = SYSTEM) -> str:
    """Returns a token that signs the user in once, within `minutes`, at the address `/sign-in/<token>/`.

    Raises Conflict (service_account) for a service account.
    """
    refuse_service(user)
    with transaction.atomic():
        token = issue_secret(SignInLink, user, timedelta(minutes=minutes))
        audit.record(by, "sign_in_link_made", f"user:{user.username}", after={"minutes": minutes})
    return token


def find_user_of_link(*, token: str) -> User | None:
    """Returns the user whom a sign-in link would sign in, without marking the link as used; None if it is spent."""
    row = SignInLink.objects.filter(
        digest=digest_of(token), used_at=None, expires_at__gt=Now(), user__is_active=True
    )
    found = row.filter(user__is_service=False).select_related("user").first()
    return found.user if found else None


def redeem_sign_in_link(*, token: str, origin: Origin) -> User:
    """Returns the user of a sign-in link's token and marks the link as used.

    Raises Forbidden (link_spent) if the link is unknown, used or expired, or the user is not active or a service
    account.
    """
    with transaction.atomic():
        row = redeem_secret(SignInLink, token)
        user = row.user if row else None
        if user is None or not user.is_active or user.is_service:
            raise Forbidden(Problem("link_spent", "This sign-in link was used before or has expired."))
        user.origin = origin
        audit.record(user.actor, SIGNED_IN, f"user:{user.username}", after={"by": "link"})
    return user


def issue_ticket(*, user: User, session_key: str | None = None) -> str:
    """Returns a new ticket with which the user may open one websocket within TICKET_SECONDS.

    If the user comes with an API token, its limits hold for the websocket, too, and it closes when that is revoked. If
    the user comes with a session, the websocket closes when that ends.
    """
    session = digest_of_session(session_key) if session_key else ""
    lifetime = timedelta(seconds=TICKET_SECONDS)
    return issue_secret(WsTicket, user, lifetime, token_id=user.token_id, session=session)


def redeem_ticket(*, token: str) -> User | None:
    """Returns the user of a websocket ticket, with the API token it was asked for with, and marks the ticket as used.

    Returns None if the ticket is unknown, used or expired, or user or API token are no longer valid.
    """
    row = redeem_secret(WsTicket, token)
    return find_ticket_user(row.user_id, row.token_id, row.session) if row else None


def find_ticket_user(user_id: int, token_id: int | None, session_digest: str) -> User | None:
    """Returns the user for whom a websocket was opened by ticket, with the limits of the ticket's API token.

    Returns None if the user is not active, the API token was revoked or has expired, or the session has ended; also for
    a service account without an API token.
    """
    if token_id is not None:
        valid = (
            ApiToken.objects.filter(pk=token_id, expiry__gt=Now()).values_list("digest", flat=True).first()
        )
        return load_user(valid) if valid else None
    if session_digest and not live_sessions().filter(digest=session_digest).exists():
        return None
    user = User.objects.filter(pk=user_id, is_active=True, is_service=False).first()
    if user is not None:
        user.session_digest = session_digest
    return user


def refuse_service(user: User) -> None:
    """Raises Conflict (service_account) if the user is a service account, for which there are no links."""
    if user.is_service:
        raise Conflict(service_problem(user.username))


def delete_links(user: User) -> None:
    """Deletes the user's links that were not used, to sign in and to set a password."""
    for kind in (SignInLink, ResetLink):
        kind._default_manager.filter(user=user, used_at=None).delete()


def issue_secret(
    kind: type[OneTimeSecret], user: User, lifetime: timedelta, **columns: int | str | None
) -> str:
    """Returns a new secret that authenticates the user once, within `lifetime`; only its digest is stored."""
    # The database's clock writes and reads `expires_at`: 30 s leave no room for clocks that differ.
    kind._default_manager.filter(user=user, expires_at__lt=Now()).delete()
    token = secrets.token_urlsafe(32)
    kind._default_manager.create(digest=digest_of(token), user=user, expires_at=Now() + lifetime, **columns)
    return token


def redeem_secret(kind: type[Kind], token: str) -> Kind | None:
    """Marks a secret as used, and returns its row; None if the secret is unknown, used or expired."""
    row = kind._default_manager.filter(digest=digest_of(token))
    # A compare-and-set on one table decides which request was first. The user is checked afterwards: with a join
    # Postgres would not check the condition again after waiting for another transaction's row lock.
    if row.filter(used_at=None, expires_at__gt=Now()).update(used_at=Now()) != 1:
        return None
    return row.select_related("user").get()


def digest_of(token: str) -> str:
    """Returns the digest under which a secret is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
