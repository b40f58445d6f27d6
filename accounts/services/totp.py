"""Sets up TOTP, the six digits that an authenticator app shows for 30 seconds, and accepts each code once."""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.models import TotpSecret, User
from accounts.services.recovery_codes import make_first_codes
from foundation.encryption import seal, unseal
from foundation.errors import Conflict, Invalid, Problem

ISSUER = "RestJobScheduler"
STEP_SECONDS = 30
DIGITS = 6
# A code may be of the step before or after ours: clocks differ, and typing takes time.
DRIFT = (-1, 0, 1)
_KEY_BYTES = 20


@dataclass(frozen=True, slots=True)
class NewTotp:
    """Holds a new TOTP secret as base32 text and as the URL that authenticator apps read; both are shown once."""

    secret: str
    url: str


def current_step() -> int:
    """Returns the number of the time step that it is now."""
    return int(time.time()) // STEP_SECONDS


def begin_totp(user: User) -> NewTotp:
    """Stores a new secret, not yet confirmed, in place of an earlier unconfirmed one, and returns it.

    Raises Conflict (totp_exists) if the account has a confirmed one, and NoSecretsKey.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    text = base64.b32encode(key).decode()
    with transaction.atomic():
        _lock(user)
        if TotpSecret.objects.filter(user=user, confirmed_at__isnull=False).exists():
            detail = "An authenticator app is set up already: remove it first."
            raise Conflict(Problem("totp_exists", detail))
        TotpSecret.objects.update_or_create(
            user=user, defaults={"secrets": str(seal({"totp": text})), "last_step": 0, "created_at": Now()}
        )
        audit.record(user.actor, "totp_begun", f"user:{user.username}")
    return NewTotp(text, _totp(key).get_provisioning_uri(user.username, ISSUER))


def confirm_totp(user: User, code: str, *, keep_session: str | None) -> list[str] | None:
    """Confirms the new secret with its first code; returns recovery codes if it is the account's first factor.

    Raises Invalid (wrong_code), and Conflict (totp_not_begun) if no secret waits to be confirmed.
    """
    with transaction.atomic():
        _lock(user)
        waiting = TotpSecret.objects.filter(user=user, confirmed_at=None)
        if not waiting.exists():
            raise Conflict(Problem("totp_not_begun", "No new secret waits for a code: begin with one."))
        if not _accept(waiting.get(), code):
            detail = "The app shows another code now. Check the clock of its device, and enter the next one."
            raise Invalid(Problem("wrong_code", detail, "code"))
        codes = make_first_codes(user, keep_session)
        waiting.update(confirmed_at=Now())
        audit.record(user.actor, "totp_added", f"user:{user.username}")
    return codes


def accept_totp(user: User, code: str) -> bool:
    """Returns whether the code is right and was not used before; it and all older ones are used up then.

    Raises SecretsUnreadable if no key decrypts the secret.
    """
    row = TotpSecret.objects.filter(user=user, confirmed_at__isnull=False).first()
    return row is not None and _accept(row, code)


def _accept(row: TotpSecret, code: str) -> bool:
    totp, now = _totp(base64.b32decode(unseal(row.secrets)["totp"])), current_step()
    given = code.encode("utf-8", "replace")
    for step in (now + drift for drift in DRIFT):
        if secrets.compare_digest(totp.generate(step * STEP_SECONDS), given):
            # A compare-and-set: of two requests with the same code at the same moment, one succeeds.
            unused = TotpSecret.objects.filter(pk=row.pk, secrets=row.secrets, last_step__lt=step)
            if unused.update(last_step=step):
                return True
    return False


def _totp(key: bytes) -> TOTP:
    return TOTP(key, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - what authenticator apps understand


def _lock(user: User) -> None:
    """Locks the user's row, so that changes of the account's factors come one after the other."""
    User.objects.select_for_update().get(pk=user.pk)
