"""Stores sessions in Django's own table, and tells in another whose they are, so that they can be listed and ended.

Django finds the class SessionStore in this module by the setting SESSION_ENGINE.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session as SessionData
from django.db import transaction
from django.utils import timezone

from accounts.models import Session
from accounts.models.sessions import digest_of_session
from accounts.origin import parse_address
from accounts.services.rights import note_change

BEGAN = "began"
MAX_AGENT_LENGTH = 200


class SessionStore(DatabaseStore):
    """Loads and saves one session. `meta` has the headers of the request to which it belongs, if that is known."""

    meta: Mapping[str, Any] = MappingProxyType({})

    def create_model_instance(self, data: dict[str, Any]) -> SessionData:
        """Returns the row of Django's table, which ends after SESSION_IDLE_MINUTES or SESSION_MAX_DAYS."""
        now = timezone.now()
        if SESSION_KEY in data:
            # Kept in the data, because a session's key changes with a new password.
            data.setdefault(BEGAN, now.isoformat())
        began = datetime.fromisoformat(data[BEGAN]) if BEGAN in data else now
        row = cast(SessionData, super().create_model_instance(data))
        row.expire_date = min(
            now + timedelta(minutes=settings.SESSION_IDLE_MINUTES),
            began + timedelta(days=settings.SESSION_MAX_DAYS),
        )
        return row

    def save(self, must_create: bool = False) -> None:
        """Saves the session and, if somebody is signed in, whose it is. Raises UpdateError if it has been ended."""
        with transaction.atomic():
            super().save(must_create)
            user_id = self.get(SESSION_KEY)
            if user_id is not None:
                self._note_user(int(user_id))

    def delete(self, session_key: str | None = None) -> None:
        """Ends this session, or the one with the key."""
        key = session_key or self.session_key
        with transaction.atomic():
            super().delete(session_key)
            if key is not None and Session.objects.filter(digest=digest_of_session(key)).delete()[0]:
                note_change()

    def _note_user(self, user_id: int) -> None:
        if self.session_key is None:
            return
        now = timezone.now()
        row = Session(
            digest=digest_of_session(self.session_key),
            user_id=user_id,
            created_at=datetime.fromisoformat(self[BEGAN]),
            last_seen_at=now,
            ip=parse_address(self.meta.get("REMOTE_ADDR", "")),
            agent=self.meta.get("HTTP_USER_AGENT", "").replace("\0", "")[:MAX_AGENT_LENGTH],
        )
        Session.objects.bulk_create([row], ignore_conflicts=True)
