"""Ends the sessions whose user has signed out at the provider (back-channel logout)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts import audit
from accounts.models import ProviderSession, SeenLogout
from accounts.origin import Origin
from accounts.roles import SYSTEM
from accounts.services.provider_sign_in import digest_of
from accounts.services.rights import note_change
from accounts.services.sessions import end_sessions_of_keys
from accounts.sign_in_oidc.signed import MAX_LOGOUT_AGE_SECONDS, Logout
from foundation.errors import Invalid, Problem


def end_provider_sessions(*, issuer: str, logout: Logout, origin: Origin) -> int:
    """Ends the sessions that a logout token names, and their websockets; returns how many.

    Those are the sessions that the provider's session opened, or all of the subject's if the token names no session.
    Raises Invalid (logout_seen) if the token was used before.
    """
    with transaction.atomic():
        # Twice the age at which a logout token is refused: it cannot come again after its row is deleted.
        old = Now() - timedelta(seconds=2 * MAX_LOGOUT_AGE_SECONDS)
        SeenLogout.objects.filter(seen_at__lt=old).delete()
        _, is_new = SeenLogout.objects.get_or_create(digest=digest_of(f"{issuer} {logout.token_id}"))
        if not is_new:
            raise Invalid(Problem("logout_seen", "This logout token was used before."))
        sessions = ProviderSession.objects.filter(account__issuer=issuer).select_related("account__user")
        if logout.subject:
            sessions = sessions.filter(account__subject=logout.subject)
        if logout.session:
            # A session of unknown origin may be the one that is meant.
            unknown = Q(sid_digest="") if logout.subject else Q(pk=None)
            sessions = sessions.filter(Q(sid_digest=digest_of(logout.session)) | unknown)
        ended = list(sessions)
        end_sessions_of_keys([one.session_key for one in ended])
        ProviderSession.objects.filter(pk__in=[one.pk for one in ended]).delete()
        for name in sorted({one.account.user.username for one in ended}):
            audit.record(SYSTEM.coming_from(origin), "signed_out", f"user:{name}", after={"by": "oidc"})
        note_change()
    return len(ended)
