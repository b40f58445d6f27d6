"""Tokens of programs: issue, revoke, and whose is this one."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, transaction
from knox.crypto import hash_token

from accounts import audit
from accounts.models import ApiToken, User
from accounts.roles import Actor
from foundation import prepared

DEFAULT_DAYS = 90
MAX_DAYS = 365
# Also for statements that ask beside their work.
STILL_GOOD = """FROM accounts_apitoken AS token JOIN accounts_user AS owner ON owner.id = token.user_id
    WHERE token.expiry > now() AND owner.is_active"""
KEPT_USERS = 1024
_USER_FIELDS = [field.attname for field in User._meta.concrete_fields]
_USER_OF_TOKEN = f"""SELECT {", ".join(f"owner.{field.column}" for field in User._meta.concrete_fields)}
    {STILL_GOOD} AND token.digest = %s"""
_recalled: dict[str, User] = {}


class RecalledToken(NamedTuple):
    """A token that was good when it was last asked for: nothing is done, told or refused before it is asked again."""

    digest: str
    user: User


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
    return _ask(hash_token(plain))


def recall_token(plain: str) -> RecalledToken | None:
    """From memory after the first time; None if it is unknown there and not good either."""
    digest = hash_token(plain)
    user = _recalled.get(digest) or ask_again(digest)
    return RecalledToken(digest, user) if user else None


def ask_again(digest: str) -> User | None:
    """Whose token it is now, which is what will be recalled."""
    user = _ask(digest)
    _recalled.pop(digest, None)
    if user is not None:
        if len(_recalled) >= KEPT_USERS:
            _recalled.clear()
        _recalled[digest] = user
    return user


def _ask(digest: str) -> User | None:
    rows = prepared.fetch(_USER_OF_TOKEN, [digest])
    return User.from_db(DEFAULT_DB_ALIAS, _USER_FIELDS, rows[0]) if rows else None
