"""Completes sign-ins with a second factor. Failures count like wrong passwords, and for the account as a whole."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.origin import Origin
from accounts.services.recovery_codes import redeem_recovery_code
from accounts.services.second_factor import RECOVERY_CODE, TOTP
from accounts.services.sign_in import record_failure
from accounts.services.sign_in_limits import SIGNED_IN, count_attempt, forget_failures
from accounts.services.totp import DIGITS, accept_totp
from foundation.errors import Invalid, Problem


def complete_sign_in(*, user: User, origin: Origin, prove: Callable[[], str | None], attr: str) -> str:
    """Completes a sign-in whose password was right, and returns by what: what `prove` returns.

    `prove` returns None if the factor is wrong; the error then names the field `attr`. Raises Invalid
    (wrong_second_factor), and TooMany during a lockout.
    """
    # Counted before anything is checked, so that concurrent guesses cannot pass the limit.
    user.origin, ip = origin, origin.address
    reached = count_attempt(user.username, ip, second_step=True)
    with transaction.atomic():
        by = prove()
        if by is not None:
            forget_failures(user.username, ip, second_step=True)
            after = {"by": "password", "second_factor": by}
            audit.record(user.actor, SIGNED_IN, f"user:{user.username}", after=after)
            return by
    record_failure(user.username, reached, origin, by="second factor")
    detail = "This code or passkey is wrong, or was used before."
    raise Invalid(Problem("wrong_second_factor", detail, attr))


def prove_by_code(user: User, code: str) -> str | None:
    """Returns which kind of code it is, TOTP or RECOVERY_CODE, and uses it up; None if it is wrong."""
    typed = "".join(code.split())
    if len(typed) == DIGITS and typed.isdecimal():
        return TOTP if accept_totp(user, typed) else None
    return RECOVERY_CODE if redeem_recovery_code(user, typed) else None
