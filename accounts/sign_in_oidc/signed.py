"""Checks what the sign-in provider has signed: the ID token of a sign-in, and the token of a back-channel logout."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from accounts.sign_in_oidc.errors import ProviderUnusable, unusable_error
from accounts.sign_in_oidc.provider import Metadata, load_keys
from accounts.sign_in_oidc.sending import Deadline
from accounts.sign_in_oidc.settings import Provider

log = logging.getLogger(__name__)
# Signatures by public keys only: `none` has no signature, and for HS256 a public key could serve as the secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
LEEWAY_SECONDS = 60
MAX_SUBJECT_CHARACTERS = 255
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
MAX_LOGOUT_AGE_SECONDS = 600
# Anybody may send a logout token with an unknown key; the provider's keys are not fetched for each.
MIN_SECONDS_BETWEEN_FETCHES = 10.0
_registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Logout:
    """Holds what a logout token says: of whom (`subject`) or of which session the provider has ended the sign-in.

    One of both may be empty. `token_id` is another for each logout token.
    """

    subject: str
    session: str
    token_id: str


def read_id_token(
    provider: Provider, metadata: Metadata, deadline: Deadline, *, id_token: str, nonce: str
) -> dict[str, Any]:
    """Returns the claims of a sign-in's ID token, after every check that OpenID Connect asks of a client.

    Raises ProviderUnusable, which says what is wrong with it, and Unavailable if the keys cannot be fetched.
    """
    claims = _check_signature(metadata, deadline, id_token, min_age_of_keys=0.0)
    _check_claims(claims, provider, exp={"essential": True}, sub={"essential": True}, nonce=_exactly(nonce))
    audience, party = claims["aud"], claims.get("azp")
    if party not in (None, provider.client_id) or (
        party is None and isinstance(audience, list) and audience[1:]
    ):
        raise _untrusted_error("azp")
    if not _is_name(claims["sub"]):
        raise _untrusted_error("sub")
    return claims


def read_logout_token(
    provider: Provider, metadata: Metadata, deadline: Deadline, *, logout_token: str
) -> Logout:
    """Returns what a logout token says, after every check that OpenID Connect Back-Channel Logout asks for.

    Raises ProviderUnusable, which says what is wrong with it, and Unavailable if the keys cannot be fetched.
    """
    claims = _check_signature(metadata, deadline, logout_token, min_age_of_keys=MIN_SECONDS_BETWEEN_FETCHES)
    _check_claims(claims, provider, jti={"essential": True}, events={"essential": True})
    if claims["iat"] < time.time() - MAX_LOGOUT_AGE_SECONDS:
        raise _untrusted_error("iat")
    if not isinstance(claims["events"], dict) or not isinstance(claims["events"].get(LOGOUT_EVENT), dict):
        raise _untrusted_error("events")
    if "nonce" in claims:  # then it is an ID token, which other clients of the provider may hold
        raise _untrusted_error("nonce")
    subject, session = claims.get("sub", ""), claims.get("sid", "")
    if not (subject or session) or not all(isinstance(one, str) for one in (subject, session)):
        raise _untrusted_error("sub")
    return Logout(subject, session, claims["jti"])


def _check_signature(
    metadata: Metadata, deadline: Deadline, token: str, *, min_age_of_keys: float
) -> dict[str, Any]:
    """Returns the claims of a signed token. Fetches the keys again if none of those at hand has signed it."""
    try:
        return _decode(token, load_keys(metadata, deadline))
    except (InvalidKeyIdError, BadSignatureError):
        pass
    except (JoseError, ValueError) as exc:
        raise _untrusted_error("signature", exc) from None
    try:
        return _decode(token, load_keys(metadata, deadline, max_age=min_age_of_keys))
    except (JoseError, ValueError) as exc:
        raise _untrusted_error("signature", exc) from None


def _decode(token: str, keys: KeySet) -> dict[str, Any]:
    return jwt.decode(token, keys, registry=_registry).claims


def _check_claims(claims: Mapping[str, Any], provider: Provider, **further: ClaimsOption) -> None:
    rules: dict[str, ClaimsOption] = {
        "iss": _exactly(provider.issuer),
        "aud": _exactly(provider.client_id),
        "iat": {"essential": True},
    }
    try:
        JWTClaimsRegistry(None, LEEWAY_SECONDS, **rules, **further).validate(dict(claims))
    except ClaimError as exc:
        raise _untrusted_error(exc.claim, exc) from None


def _exactly(value: str) -> ClaimsOption:
    return {"essential": True, "value": value}


def _is_name(subject: str) -> bool:
    return 0 < len(subject) <= MAX_SUBJECT_CHARACTERS and subject.isprintable()


def _untrusted_error(what: str, reason: object = "") -> ProviderUnusable:
    log.warning("a token of the sign-in provider was refused: %s %s", what, reason)
    return unusable_error(f"What the sign-in provider sent cannot be trusted: its {what} is not right.")
