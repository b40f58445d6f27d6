"""Limits failed sign-ins: of a name from an address, from an address, with a name from anywhere, and of wrong codes.

Failures are counted in Postgres, so the limits hold for all processes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.errors import TooMany
from accounts.models import AuditEntry, SignInFailures
from foundation.errors import Problem

MAX_FAILURES = 10
WINDOW = timedelta(minutes=15)
# An address from which the name signed in so lately is not affected by failures from elsewhere.
KNOWN_DAYS = 30
SIGNED_IN = "signed_in"
# Stands for all addresses in the counter of a name; the counter of an address has a blank name.
ANYWHERE = "*"
# Stands for all addresses in the counter of a name's wrong second factors: no address is known well enough for them.
SECOND_STEP = "second factor"
# So many failures in WINDOW get an entry each in the audit trail, of all names and addresses together (the counter has
# this for an address). Further ones are only counted, so that a flood does not fill the disk.
MAX_RECORDED = 512
_RECORDED = "recorded"


@dataclass(frozen=True)
class Limit:
    """Allows so many failures in WINDOW, counted in a row of SignInFailures. `name` is what the audit trail shows."""

    name: str
    username: str
    ip: str
    failures: int
    detail: str


def count_attempt(username: str, ip: str | None, *, second_step: bool = False) -> Sequence[Limit]:
    """Counts a sign-in as failed and returns the limits that this one has reached. Raises TooMany during a lockout.

    `second_step`: its password was right, and it is the second factor that is tried.
    """
    reached = []
    with transaction.atomic():
        for limit in _limits(username, ip or "", second_step=second_step):
            if _count(limit) == limit.failures:
                reached.append(limit)
    return reached


def forget_failures(username: str, ip: str | None, *, second_step: bool = False) -> None:
    """Resets the failures of the name from this address, which signed in, and takes back what this sign-in counted."""
    with transaction.atomic():
        for limit in _limits(username, ip or "", second_step=second_step):
            if limit.username and limit.ip != ANYWHERE:
                SignInFailures.objects.filter(username=limit.username, ip=limit.ip).delete()
            else:
                _take_back(limit)


def take_back(username: str, ip: str | None) -> None:
    """Takes back what a sign-in counted whose password was right, and keeps the failures before it."""
    with transaction.atomic():
        for limit in _limits(username, ip or ""):
            _take_back(limit)


def count_recorded() -> int:
    """Counts a failed sign-in of anybody from anywhere; returns the number of those in the present WINDOW."""
    now = timezone.now()
    with transaction.atomic():
        counter, _ = SignInFailures.objects.select_for_update().get_or_create(
            username="", ip=_RECORDED, defaults={"since": now}
        )
        if counter.since <= now - WINDOW:
            counter.since, counter.count = now, 0
        counter.count += 1
        counter.save(update_fields=["since", "count"])
    return counter.count


def _take_back(limit: Limit) -> None:
    counters = SignInFailures.objects.filter(username=limit.username, ip=limit.ip, count__gt=0)
    counters.update(count=F("count") - 1)


def _limits(username: str, ip: str, *, second_step: bool = False) -> Iterator[Limit]:
    """Yields the limits of a sign-in, always in the same order, in which their rows are locked."""
    if ip:  # else all clients come by one unix socket
        detail = "Too many failed sign-ins from this address."
        yield Limit("address", "", ip, settings.SIGN_IN_FAILURES_PER_ADDRESS, detail)
    if username:
        detail = "Too many failed sign-ins with this name."
        if not _is_known(username, ip):
            yield Limit("name", username, ANYWHERE, settings.SIGN_IN_FAILURES_PER_NAME, detail)
        detail = "Too many failed sign-ins with this name from this address."
        yield Limit("name and address", username, ip, MAX_FAILURES, detail)
    if second_step:
        detail = "Too many wrong codes or passkeys of this account."
        yield Limit("second factor", username, SECOND_STEP, MAX_FAILURES, detail)


def _is_known(username: str, ip: str) -> bool:
    since = timezone.now() - timedelta(days=KNOWN_DAYS)
    entries = AuditEntry.objects.filter(
        object=f"user:{username}", action=SIGNED_IN, address=ip or None, at__gt=since
    )
    return entries.exists()


def _count(limit: Limit) -> int:
    """Adds one to the counter and returns it. Raises TooMany if it is at the limit already."""
    now = timezone.now()
    counter, created = SignInFailures.objects.select_for_update().get_or_create(
        username=limit.username, ip=limit.ip, defaults={"since": now}
    )
    if counter.since <= now - WINDOW:
        counter.since, counter.count = now, 0
    if counter.count >= limit.failures:
        raise _lockout_error(limit, math.ceil((counter.since + WINDOW - now).total_seconds()))
    counter.count += 1
    counter.save(update_fields=["since", "count"])
    if created:
        _delete_old_counters()
    return counter.count


def _lockout_error(limit: Limit, seconds: int) -> TooMany:
    detail = f"{limit.detail} Try again in {math.ceil(seconds / 60)} min."
    return TooMany(Problem("locked_out", detail), retry_after=seconds)


def _delete_old_counters() -> None:
    """Deletes the counters of failed sign-ins (SignInFailures) whose WINDOW is over, also those of invented names.

    Skips rows that another transaction has locked, since waiting for them could end in a deadlock.
    """
    old = SignInFailures.objects.select_for_update(skip_locked=True).filter(since__lt=timezone.now() - WINDOW)
    SignInFailures.objects.filter(pk__in=old.values("pk")).delete()
