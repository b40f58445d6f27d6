"""Ends the session of a request, and records who signed out."""

from __future__ import annotations

from django.contrib.auth import get_user, logout
from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from accounts.origin import Via, origin_of


def sign_out(request: HttpRequest, via: Via) -> None:
    """Ends the request's session, if somebody is signed in, with an entry in the audit trail."""
    user = get_user(request)
    with transaction.atomic():
        if isinstance(user, User):
            audit.record(
                user.actor.coming_from(origin_of(request, via)), "signed_out", f"user:{user.username}"
            )
        logout(request)
