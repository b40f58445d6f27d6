"""Makes and redeems recovery codes, each of which stands for a second factor once."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.models import RecoveryCode, User
from accounts.services.second_factor import has_second_factor
from accounts.services.sessions import end_sessions
from foundation.errors import Conflict, Problem

COUNT = 10
_BYTES = 10  # 80 random bits: too many to guess, so that a fast hash protects them
_GROUP = 4


def replace_recovery_codes(user: User) -> list[str]:
    """Makes new recovery codes and returns them, to be shown once; the old ones do not work any more.

    Raises Conflict (no_second_factor) if the account has no factor that they could stand for.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not has_second_factor(user):
            detail = "Recovery codes come with a second factor: set one up first."
            raise Conflict(Problem("no_second_factor", detail))
        codes = _make(user)
        audit.record(user.actor, "recovery_codes_made", f"user:{user.username}")
    return codes


def make_first_codes(user: User, keep_session: str | None) -> list[str] | None:
    """Makes and returns recovery codes if the account has no second factor yet; else returns None.

    Ends the user's sessions then, which had the password alone, except the one with the key `keep_session`. Call it
    before the first factor is stored, in the same transaction and with the user's row locked.
    """
    if has_second_factor(user):
        return None
    end_sessions(user, keep_session)
    return _make(user)


def redeem_recovery_code(user: User, code: str) -> bool:
    """Returns whether this is an unused recovery code of the user, which is used up then."""
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at=None)
    return unused.update(used_at=Now()) == 1


def _make(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_new_code() for _ in range(COUNT)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _digest(code: str) -> str:
    """Returns the digest of a code as people type it: in small or large letters, with or without hyphens and blanks."""
    typed = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()
