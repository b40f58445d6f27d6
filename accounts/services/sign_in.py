"""Signs users in by name and password. Failures are counted in Postgres, so the lockout holds for all processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.contrib.auth import authenticate
from django.utils.crypto import salted_hmac

from accounts import audit
from accounts.errors import SecondFactorDue, service_problem
from accounts.hashers import hashing_slot
from accounts.models import User
from accounts.origin import Origin
from accounts.roles import SYSTEM
from accounts.services import sign_in_limits
from accounts.services.provider_accounts import is_provider_account, refuse_provider_account
from accounts.services.second_factor import needs_second_factor
from accounts.services.sign_in_limits import SIGNED_IN
from accounts.services.users import change_user
from foundation.errors import Forbidden, Invalid, Problem

NAME_DIGITS = 12


def sign_in(*, username: str, password: str, origin: Origin) -> User:
    """Returns the user. Raises Invalid (invalid_credentials), the same for a wrong password and an unknown name.

    Raises TooMany during a lockout, and Unavailable if no password-hashing slot becomes free in time; the counters of
    failed sign-ins grow by neither. Raises Forbidden (local_sign_in_off) if the operator has set LOCAL_SIGN_IN=0, and
    SecondFactorDue if the password is right and the account has a second factor. Raises Invalid (service_account) for a
    service account, which has a password only if somebody went around the services.
    """
    if not settings.LOCAL_SIGN_IN:
        detail = (
            "Signing in by name and password is switched off here: use single sign-on, or a sign-in link."
        )
        raise Forbidden(Problem("local_sign_in_off", detail))
    username = User.normalize_username(username)
    user = check_password(username, password, origin)
    if user is None:
        raise Invalid(Problem("invalid_credentials", "The name or the password is wrong."))
    if user.is_service:
        raise Invalid(service_problem(user.username))
    if needs_second_factor(user):
        raise SecondFactorDue(user)
    audit.record(user.actor, SIGNED_IN, f"user:{user.username}", after={"by": "password"})
    return user


def change_own_password(*, user: User, current: str, new: str, keep_session: str | None) -> User:
    """Changes the user's password and returns the user; ends all sessions except the one with the key `keep_session`.

    Raises Invalid if the current password is wrong or the new one is weak, TooMany and Unavailable as `sign_in`, and
    Conflict (provider_account) for somebody who signs in by the provider.
    """
    refuse_provider_account(user)
    if check_password(user.username, current, user.origin) is None:
        detail = "This is not your current password."
        raise Invalid(Problem("invalid_credentials", detail, "current_password"))
    try:
        return change_user(user=user, by=user.actor, password=new, keep_session=keep_session)
    except Invalid as exc:
        raise Invalid(replace(problem, attr="new_password") for problem in exc.problems) from None


def check_password(username: str, password: str, origin: Origin) -> User | None:
    """Returns the active user of name and password; None if there is none, which counts as a failed sign-in."""
    ip = origin.address
    with hashing_slot():
        # Counted before the password is checked, so that concurrent guesses cannot pass the limit.
        reached = sign_in_limits.count_attempt(username, ip)
        user = authenticate(None, username=username, password=password)
    # Somebody who signs in by the provider may have had a password here before: it no longer counts.
    if not isinstance(user, User) or is_provider_account(user):
        record_failure(username, reached, origin)
        return None
    user.origin = origin
    # Somebody who knows the password must not be able to reset the counters, and so to guess codes for ever.
    if needs_second_factor(user):
        sign_in_limits.take_back(username, ip)
    else:
        sign_in_limits.forget_failures(username, ip)
    return user


def record_failure(
    username: str, reached: Iterable[sign_in_limits.Limit], origin: Origin, *, by: str = "password"
) -> None:
    """Records a failed sign-in, and which limits it has reached; a flood of failures is only counted.

    `by`: what was wrong.
    """
    # The entry of a failure names nobody as its actor: who it was is not known.
    platform, tried = SYSTEM.coming_from(origin), _describe_name(username)
    number = sign_in_limits.count_recorded()
    if number <= sign_in_limits.MAX_RECORDED:
        audit.record(platform, "sign_in_failed", tried, after={"by": by})
    elif number.bit_count() == 1:
        minutes = sign_in_limits.WINDOW.seconds // 60
        audit.record(
            platform, "sign_ins_failed", "session:all", after={"failures": number, "minutes": minutes}
        )
    for limit in reached:
        audit.record(platform, "locked_out", tried, after={"failures": limit.failures, "by": limit.name})


def _describe_name(username: str) -> str:
    """Returns what the audit trail says of the name in a failed sign-in.

    A name that is no user's may be a password in the wrong field, and entries stay for good: it is distinguished from
    others by a short digest, which nobody can compute, and so guess it by, without SECRET_KEY.
    """
    if User.objects.filter(username=username).exists():
        return f"user:{username}"
    digest = salted_hmac("name in a failed sign-in", username, algorithm="sha256").hexdigest()
    return f"unknown_name:{digest[:NAME_DIGITS]}"
