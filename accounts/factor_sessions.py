"""Keeps in browser sessions what second factors need: sign-ins that wait for one, proofs of one, and challenges."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.utils.crypto import constant_time_compare

from accounts.errors import SignInFirst
from accounts.models import User
from accounts.services.second_factor import has_second_factor, must_have_second_factor
from foundation.errors import Problem

MAX_ATTEMPTS = 5
SECONDS_TO_FINISH = 300  # for the second step of a sign-in, and for the answer to a passkey's challenge
FRESH_SECONDS = 600
LINK, PROVIDER = "link", "provider"  # doors beside the password, which ask for no second factor here
_WAITING, _PROOF, _CHALLENGE = "waits_for_second_factor", "second_factor", "passkey_challenge"


def begin_second_step(session: SessionBase, user: User) -> None:
    """Empties the session and notes that the user's password was right; that alone gives no right anywhere."""
    session.flush()
    session[_WAITING] = {
        "user": user.pk,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        "until": time.time() + SECONDS_TO_FINISH,
        "attempts": 0,
    }


def count_second_step(session: SessionBase) -> User:
    """Counts an attempt at the second factor and returns the user whose sign-in waits for it.

    Raises SignInFirst if no sign-in waits, or too late, after MAX_ATTEMPTS, or after a change of the password.
    """
    waiting = session.get(_WAITING)
    if waiting is None:
        raise SignInFirst
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    is_same = user and constant_time_compare(waiting[HASH_SESSION_KEY], user.get_session_auth_hash())
    if user is None or not is_same or time.time() > waiting["until"] or waiting["attempts"] >= MAX_ATTEMPTS:
        session.flush()
        raise SignInFirst
    session[_WAITING] = {**waiting, "attempts": waiting["attempts"] + 1}
    # Saved at once: a request that ends in an error must count as well.
    if not _is_saved(session):
        raise SignInFirst
    return user


def end_second_step(session: SessionBase) -> None:
    """Removes the note of a sign-in that waits; the caller then signs the user in."""
    session.pop(_WAITING, None)


def note_proof(session: SessionBase, by: str) -> None:
    """Notes in the session of a signed-in user by what a second factor was proved, or by which other door they came."""
    session[_PROOF] = {"by": by, "at": time.time()}


def is_proof_fresh(session: SessionBase) -> bool:
    """Returns whether a second factor was proved in this session within FRESH_SECONDS."""
    proof = session.get(_PROOF)
    return (
        proof is not None
        and proof["by"] not in (LINK, PROVIDER)
        and time.time() - proof["at"] < FRESH_SECONDS
    )


def missing_factor(session: SessionBase, user: User) -> Problem | None:
    """Returns the Problem (second_factor_required) of a session that may only set up a second factor; else None.

    That is one without a proof, of a user who must have a second factor. LINK and PROVIDER count as proof.
    """
    if not settings.REQUIRE_SECOND_FACTOR or _PROOF in session:
        return None
    if user.viewer is not None:  # it is the admin who looks as this user that signed in
        user = User.objects.get(username=user.viewer)
    if not must_have_second_factor(user):
        return None
    if has_second_factor(user):  # it was set up in another session
        detail = "This needs a second factor: sign out, and sign in again with yours."
    else:
        detail = f"The role {user.role} needs a second factor: set one up first, below session/factors/."
    return Problem("second_factor_required", detail)


def keep_challenge(session: SessionBase, challenge: str) -> None:
    """Stores the challenge that a passkey has to sign next in this session."""
    session[_CHALLENGE] = {"challenge": challenge, "until": time.time() + SECONDS_TO_FINISH}


def take_challenge(session: SessionBase) -> str | None:
    """Returns the stored challenge and removes it, so that it works once; None if there is none or it is too old."""
    kept: dict[str, Any] | None = session.pop(_CHALLENGE, None)
    if kept is None:
        return None
    # Saved at once: a request that ends in an error must not leave it for the next one.
    is_usable = _is_saved(session) and time.time() <= kept["until"]
    challenge: str = kept["challenge"]
    return challenge if is_usable else None


def _is_saved(session: SessionBase) -> bool:
    """Saves the session and returns whether it was still there: a request at the same moment may have replaced it."""
    try:
        session.save()
    except UpdateError:
        return False
    return True
