"""Signs users in by name and password. Failures are counted in Postgres, so the lockout holds for all processes."""

from __future__ import annotations

import math
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.errors import TooMany
from accounts.hashers import hashing_slot
from accounts.models import SignInFailures, User
from accounts.roles import SYSTEM
from foundation.errors import Forbidden, Invalid, Problem

MAX_FAILURES = 10
WINDOW = timedelta(minutes=15)


def sign_in(*, username: str, password: str, ip: str | None) -> User:
    """Returns the user. Raises Invalid (invalid_credentials), the same for a wrong password and an unknown name.

    Raises TooMany during a lockout, and Unavailable if no password-hashing slot becomes free in time; the counter of
    failed sign-ins grows by neither. Raises Forbidden (local_sign_in_off) if the operator has set LOCAL_SIGN_IN=0.
    """
    if not settings.LOCAL_SIGN_IN:
        detail = (
            "Signing in by name and password is switched off here: use single sign-on, or a sign-in link."
        )
        raise Forbidden(Problem("local_sign_in_off", detail))
    username = User.normalize_username(username)
    with hashing_slot():
        # Counted before the password is checked, so that concurrent guesses cannot pass the limit.
        failures = _count_attempt(username, ip or "")
        user = authenticate(None, username=username, password=password)
    if not isinstance(user, User):
        if failures == MAX_FAILURES:
            audit.record(SYSTEM, "locked_out", username, {"failures": failures}, ip=ip)
        raise Invalid(Problem("invalid_credentials", "The name or the password is wrong."))
    with transaction.atomic():
        SignInFailures.objects.filter(username=username, ip=ip or "").delete()
        audit.record(user.actor, "signed_in", user.username, {"by": "password"}, ip=ip)
    return user


def _count_attempt(username: str, ip: str) -> int:
    now = timezone.now()
    with transaction.atomic():
        counter, created = SignInFailures.objects.select_for_update().get_or_create(
            username=username, ip=ip, defaults={"since": now}
        )
        if counter.since <= now - WINDOW:
            counter.since, counter.count = now, 0
        if counter.count >= MAX_FAILURES:
            raise _lockout_error(math.ceil((counter.since + WINDOW - now).total_seconds()))
        counter.count += 1
        counter.save(update_fields=["since", "count"])
        if created:
            _delete_old_counters()
    return counter.count


def _lockout_error(seconds: int) -> TooMany:
    minutes = math.ceil(seconds / 60)
    detail = f"Too many failed sign-ins with this name from this address. Try again in {minutes} min."
    return TooMany(Problem("locked_out", detail), retry_after=seconds)


def _delete_old_counters() -> None:
    """Deletes the counters of failed sign-ins (SignInFailures) whose WINDOW is over, also those of invented names.

    Skips rows that another transaction has locked, since waiting for them could end in a deadlock.
    """
    old = SignInFailures.objects.select_for_update(skip_locked=True).filter(since__lt=timezone.now() - WINDOW)
    SignInFailures.objects.filter(pk__in=old.values("pk")).delete()
