"""Tokens of programs: issue, revoke, and whose is this one."""

from __future__ import annotations

from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from knox.crypto import hash_token

from accounts import audit
from accounts.models import ApiToken, User
from accounts.roles import Actor
from scheduler_project import prepared

DEFAULT_DAYS = 90
MAX_DAYS = 365
_USER_FIELDS = [field.attname for field in User._meta.concrete_fields]
_USER_OF_TOKEN = f"""SELECT {", ".join(f"owner.{field.column}" for field in User._meta.concrete_fields)}
    FROM accounts_apitoken AS token JOIN accounts_user AS owner ON owner.id = token.user_id
    WHERE token.digest = %s AND token.expiry > now() AND owner.is_active"""  # noqa: S608 - names of columns


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


def user_of_token(plain: str) -> User | None:
    """Whose token this is, if both are still good. Every request of a program asks."""
    rows = prepared.fetch(_USER_OF_TOKEN, [hash_token(plain)])
    return User.from_db(DEFAULT_DB_ALIAS, _USER_FIELDS, rows[0]) if rows else None
