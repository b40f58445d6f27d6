"""Lists and ends sessions. An ended session's data are deleted, so its cookie signs nobody in any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import Session, User
from accounts.models.sessions import digest_of_session
from accounts.roles import Actor
from accounts.services.rights import note_change

_DELETE_DATA = """DELETE FROM django_session
    WHERE encode(sha256(convert_to(session_key, 'UTF8')), 'hex') = ANY(%s)"""
# Skips rows that another transaction has locked, since waiting for them could end in a deadlock.
_DELETE_OLD = (
    """DELETE FROM accounts_session WHERE id IN (SELECT id FROM accounts_session
        WHERE last_seen_at < now() - %s * interval '1 minute' OR created_at < now() - %s * interval '1 day'
        FOR UPDATE SKIP LOCKED)""",
    """DELETE FROM django_session WHERE session_key IN (SELECT session_key FROM django_session
        WHERE expire_date < now() FOR UPDATE SKIP LOCKED)""",
)


def live_sessions() -> QuerySet[Session]:
    """Returns the sessions that have not ended by themselves, after SESSION_IDLE_MINUTES or SESSION_MAX_DAYS."""
    now = timezone.now()
    return Session.objects.filter(
        last_seen_at__gt=now - timedelta(minutes=settings.SESSION_IDLE_MINUTES),
        created_at__gt=now - timedelta(days=settings.SESSION_MAX_DAYS),
    )


def end_sessions(user: User, except_key: str | None = None) -> int:
    """Ends all sessions of the user, except the one with this key; returns how many. Call it in a transaction."""
    rows = Session.objects.filter(user=user)
    if except_key is not None:
        rows = rows.exclude(digest=digest_of_session(except_key))
    return _end(list(rows.values_list("digest", flat=True)))


def end_sessions_of_keys(keys: Collection[str]) -> None:
    """Ends the sessions with these keys, whoever's they are. Call it in a transaction."""
    _end([digest_of_session(key) for key in keys])


def end_session(*, session: Session, by: Actor) -> None:
    """Ends one session and records that in the audit trail; does nothing if it has ended already."""
    with transaction.atomic():
        if _end([session.digest]):
            gone = {"user": session.user.username}
            audit.record(by, "session_ended", f"session:{session.pk}", before=gone)


def end_all_sessions(*, user: User, by: Actor, except_key: str | None = None) -> None:
    """Ends all sessions of the user, except the one with this key, and records that in the audit trail."""
    with transaction.atomic():
        if ended := end_sessions(user, except_key):
            audit.record(by, "sessions_ended", f"user:{user.username}", before={"count": ended})


def delete_old_sessions() -> None:
    """Deletes from both tables the sessions that have ended by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_OLD[0], [settings.SESSION_IDLE_MINUTES, settings.SESSION_MAX_DAYS])
        cursor.execute(_DELETE_OLD[1])


def _end(digests: Sequence[str]) -> int:
    """Deletes first the data, for which last_seen.py waits before it adds a row for a session that has none."""
    if not digests:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_DATA, [list(digests)])
    ended, _ = Session.objects.filter(digest__in=digests).delete()
    if ended:
        note_change()
    return ended
