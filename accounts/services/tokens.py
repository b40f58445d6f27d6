"""Issues and revokes API tokens, and finds the user of an API token, in the database or in this process's cache."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, transaction
from knox.crypto import hash_token

from accounts import audit
from accounts.models import ApiToken, User
from accounts.rights import TokenLimits
from accounts.roles import Actor
from foundation import prepared

DEFAULT_DAYS = 90
MAX_DAYS = 365
# FROM and WHERE of a token that is valid now. Statements of other packages contain it, to validate a cached token.
VALID_SQL = """FROM accounts_apitoken AS token JOIN accounts_user AS owner ON owner.id = token.user_id
    WHERE token.expiry > now() AND owner.is_active AND coalesce(owner.must_sign_in_by, 'infinity') > now()"""
MAX_CACHED_USERS = 1024
_USER_FIELDS = [field.attname for field in User._meta.concrete_fields]
_USER_OF_TOKEN = f"""SELECT {", ".join(f"owner.{field.column}" for field in User._meta.concrete_fields)},
    token.id, token.scope, token.job_types {VALID_SQL} AND token.digest = %s"""
_cached_users: dict[str, User] = {}


class CachedToken(NamedTuple):
    """Holds the digest and the user of an API token that was valid when it was last read from the database.

    It may have been revoked since: validate `digest` again before anything is stored, returned or refused for `user`.
    """

    digest: str
    user: User


def issue_token(
    *, user: User, name: str, days: int = DEFAULT_DAYS, by: Actor | None = None
) -> tuple[ApiToken, str]:
    """Creates an API token; returns its row and the plain token, which cannot be shown again: only a hash is stored."""
    with transaction.atomic():
        row, plain = ApiToken.objects.create(user=user, name=name, expiry=timedelta(days=days))
        detail = {"id": row.id, "name": name, "days": days}
        audit.record(by or user.actor, "token_issued", user.username, detail)
    return row, plain


def revoke_token(*, token: ApiToken, by: Actor) -> None:
    """Deletes the API token and records that in the audit trail; does nothing if the token is already deleted."""
    with transaction.atomic():
        deleted, _ = ApiToken.objects.filter(pk=token.pk).delete()
        if deleted:
            audit.record(by, "token_revoked", token.user.username, {"id": token.pk, "name": token.name})


def user_of_token(plain: str) -> User | None:
    """Loads the user of a plain API token; None if the token is unknown or expired, or the user is not active."""
    return load_user(hash_token(plain))


def get_cached_token(plain: str) -> CachedToken | None:
    """Returns digest and user of a plain API token, from the cache (maybe stale) or the database; None if not valid."""
    digest = hash_token(plain)
    user = _cached_users.get(digest) or reload_user(digest)
    return CachedToken(digest, user) if user else None


def reload_user(digest: str) -> User | None:
    """Loads the user of the API token with this digest and updates the cache; None if the token is no longer valid."""
    user = load_user(digest)
    _cached_users.pop(digest, None)
    if user is not None:
        if len(_cached_users) >= MAX_CACHED_USERS:
            _cached_users.clear()
        _cached_users[digest] = user
    return user


def load_user(digest: str) -> User | None:
    """Loads the user of the API token with this digest, with the token's limits; None if it is not valid."""
    rows = prepared.fetch(_USER_OF_TOKEN, [digest])
    if not rows:
        return None
    *columns, token_id, scope, job_types = rows[0]
    user = User.from_db(DEFAULT_DB_ALIAS, _USER_FIELDS, columns)
    if isinstance(user.granted, str):  # a prepared statement gives JSON as text
        user.granted = json.loads(user.granted)
    user.token_id = token_id
    user.token = TokenLimits.from_columns(scope, job_types)
    return user
