"""Links entries of the audit trail, logs where the chain ends, and makes and drops the trail's partitions."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import Error as DatabaseError

from accounts.services import audit_links, audit_pending, audit_retention
from foundation.database_errors import describe, first_line, is_temporary, is_timeout
from jobs.read import queries

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
ROUND_SECONDS = 60.0
LOG_SECONDS = 3600.0
DAY_SECONDS = 86_400.0


class AuditTrail:
    """Does the dispatcher's part for the audit trail; several dispatchers may, one at a time does."""

    def __init__(self) -> None:
        self._next_round = self._next_log = self._next_day = 0.0
        self._logged: bytes | None = None
        self._refused = 0

    def run_once(self) -> float:
        """Links what is committed, and once a minute renews partitions; returns the seconds until the next call."""
        now = time.monotonic()
        is_round = now >= self._next_round
        linked = audit_links.link_pending() if is_round or audit_pending.has_pending() else 0
        if now >= self._next_log:
            self._next_log, self._refused = now + LOG_SECONDS, 0
            self._log_head()
        if is_round:
            self._log_refused()
            self._next_round = now + ROUND_SECONDS
            _try_to_renew_partitions()
        if now >= self._next_day:
            self._next_day = now + DAY_SECONDS
            _log_leftovers()
        return 0.0 if linked == audit_links.MAX_LINKED else POLL_SECONDS

    def _log_refused(self) -> None:
        """Logs entries that nobody may link, when there are more than before, and again once an hour."""
        refused = audit_links.count_refused()
        if refused > self._refused:
            log.error(
                "%s entries of the audit trail stay unlinked, not signed by the platform: run manage.py audit_verify",
                refused,
            )
        self._refused = refused

    def _log_head(self) -> None:
        """Logs the newest link if it is new: a copy of the log elsewhere shows later whether it is still there."""
        head = audit_links.read_head()
        if head is not None and head.hash != self._logged:
            self._logged = head.hash
            log.info("the audit trail is linked to %s, hash %s", head.seq, head.hash.hex())


def _log_leftovers() -> None:
    days = settings.AUDIT_RETENTION_DAYS
    if days and audit_retention.has_old_leftovers(queries.now() - timedelta(days=days)):
        log.warning("accounts_audit_default has entries older than %s days, which stay", days)


def _try_to_renew_partitions() -> None:
    """Makes and drops partitions; an error that is no outage must not stop the linking."""
    try:
        now, days = queries.now(), settings.AUDIT_RETENTION_DAYS
        audit_retention.make_partitions(now)
        audit_retention.renew_signature()
        dropped = audit_retention.drop_old_partitions(now - timedelta(days=days)) if days else []
    except DatabaseError as exc:
        if is_timeout(exc):
            log.warning("the audit trail's partitions stay as they are: %s", first_line(exc))
        elif is_temporary(exc):
            raise
        else:
            log.error("the audit trail's partitions are not made or dropped: %s", describe(exc))
        return
    if dropped:
        log.info("dropped %s: older than %s days", ", ".join(dropped), days)
