"""Issues and revokes API tokens, and finds the user of an API token, in the database or in this process's cache."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from knox.crypto import hash_token

from accounts import audit
from accounts.models import ApiToken, User
from accounts.rights import TokenLimits
from accounts.roles import Actor
from accounts.services.rights import note_change
from accounts.token_format import SHOWN_LENGTH, make_token, may_be_token
from foundation import prepared

MAX_DAYS: int = settings.TOKEN_MAX_DAYS
DEFAULT_DAYS = min(90, MAX_DAYS)
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
    *,
    user: User,
    name: str,
    days: int = DEFAULT_DAYS,
    limits: TokenLimits = TokenLimits(),  # noqa: B008 - it is immutable
    by: Actor | None = None,
) -> tuple[ApiToken, str]:
    """Creates an API token; returns its row and the plain token, which cannot be shown again: only a hash is stored."""
    plain = make_token()
    job_types = None if limits.job_types is None else list(limits.job_types)
    with transaction.atomic():
        # Not through knox's manager, which makes tokens of another form.
        row = ApiToken(
            user=user,
            name=name,
            digest=hash_token(plain),
            token_key=plain[:SHOWN_LENGTH],
            expiry=timezone.now() + timedelta(days=days),
            scope=limits.scope.value,
            job_types=job_types,
        )
        row.save(force_insert=True)
        after = {
            "user": user.username,
            "name": name,
            "days": days,
            "scope": limits.scope,
            "job_types": job_types,
        }
        audit.record(by or user.actor, "token_issued", f"token:{row.id}", after=after)
    return row, plain


def revoke_token(*, token: ApiToken, by: Actor) -> None:
    """Deletes the API token and records that in the audit trail; does nothing if the token is already deleted."""
    with transaction.atomic():
        deleted, _ = ApiToken.objects.filter(pk=token.pk).delete()
        if deleted:
            gone = {"user": token.user.username, "name": token.name}
            audit.record(by, "token_revoked", f"token:{token.pk}", before=gone)
            note_change()


def revoke_all_tokens(*, user: User, by: Actor) -> int:
    """Deletes all API tokens of the user, with one entry in the audit trail if there are any; returns how many."""
    with transaction.atomic():
        deleted: int = ApiToken.objects.filter(user=user).delete()[0]
        if deleted:
            audit.record(by, "tokens_revoked", f"user:{user.username}", before={"count": deleted})
            note_change()
    return deleted


def user_of_token(plain: str) -> User | None:
    """Loads the user of a plain API token; None if the token is unknown or expired, or the user is not active."""
    return load_user(hash_token(plain)) if may_be_token(plain) else None


def get_cached_token(plain: str) -> CachedToken | None:
    """Returns digest and user of a plain API token, from the cache (maybe stale) or the database; None if not valid."""
    if not may_be_token(plain):
        return None
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
