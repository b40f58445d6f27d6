"""Keeps what belongs to a sign-in that was begun in the browser's session, until the provider sends the user back."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import asdict, dataclass

from django.contrib.sessions.backends.base import SessionBase

LIFETIME_SECONDS = 600
# Of several tabs. With the next one the oldest is dropped.
MAX_PENDING = 5
SESSION_KEY = "oidc_pending"


@dataclass(frozen=True, slots=True)
class Pending:
    """Holds a sign-in that was begun: `verifier` is PKCE's, `next_path` is where the user goes afterwards."""

    state: str
    nonce: str
    verifier: str
    next_path: str
    begun_at: float

    @property
    def challenge(self) -> str:
        """Returns PKCE's challenge (S256), which the provider compares with the verifier when it gets the code."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def add_pending(session: SessionBase, next_path: str) -> Pending:
    """Stores a new sign-in in the browser's session and returns it."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    added = Pending(state, nonce, verifier, next_path, time.time())
    kept = _list_valid(session)[-(MAX_PENDING - 1) :]
    session[SESSION_KEY] = [asdict(one) for one in [*kept, added]]
    return added


def take_pending(session: SessionBase, state: str) -> Pending | None:
    """Removes the sign-in of this state and returns it; None if it is unknown, was taken before, or is too old."""
    valid = _list_valid(session)
    taken = next((one for one in valid if secrets.compare_digest(one.state.encode(), state.encode())), None)
    if taken is not None:
        session[SESSION_KEY] = [asdict(one) for one in valid if one is not taken]
    return taken


def _list_valid(session: SessionBase) -> list[Pending]:
    stored = [Pending(**one) for one in session.get(SESSION_KEY, [])]
    return [one for one in stored if one.begun_at > time.time() - LIFETIME_SECONDS]
