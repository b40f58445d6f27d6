"""Tokens of programs: issue, revoke, and whose is this one."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from knox.crypto import hash_token

from accounts import audit
from accounts.models import ApiToken, User
from accounts.roles import Actor

DEFAULT_DAYS = 90
MAX_DAYS = 365


def issue_token(
    *, user: User, name: str, days: int = DEFAULT_DAYS, by: Actor | None = None
) -> tuple[ApiToken, str]:
    """The row and the token itself, which nothing can show a second time."""
    with transaction.atomic():
        row, plain = ApiToken.objects.create(user=user, name=name, expiry=timedelta(days=days))
        detail = {"id": row.id, "name": name, "days": days}
        audit.record(by or user.actor, "token_issued", user.username, detail)
    return row, plain


def revoke_token(*, token: ApiToken, by: Actor) -> None:
    with transaction.atomic():
        deleted, _ = ApiToken.objects.filter(pk=token.pk).delete()
        if deleted:
            audit.record(by, "token_revoked", token.user.username, {"id": token.pk, "name": token.name})


def live_token(plain: str) -> ApiToken | None:
    """The token with its user, if both are still good."""
    live = ApiToken.objects.filter(expiry__gt=timezone.now(), user__is_active=True)
    found: ApiToken | None = live.filter(digest=hash_token(plain)).select_related("user").first()
    return found
