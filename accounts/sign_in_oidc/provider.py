"""Talks to the sign-in provider: discovery, its keys, the exchange of a code for tokens, and the user info."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from accounts.sign_in_oidc.errors import not_begun_error, unusable_error
from accounts.sign_in_oidc.sending import Deadline, fetch
from accounts.sign_in_oidc.settings import Provider

MAX_AGE_SECONDS = 600.0
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Holds what the provider's discovery document says. `user_info` is empty if there is no such address."""

    authorization: str
    token: str
    keys: str
    user_info: str
    takes_basic: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """Holds the two tokens that the provider gives for a code."""

    id_token: str
    access_token: str


# Of this process, by address: when it was fetched, and what.
_metadata: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


def clear_caches() -> None:
    """Forgets what was fetched from providers."""
    _metadata.clear()
    _keys.clear()


def load_metadata(provider: Provider, deadline: Deadline) -> Metadata:
    """Returns the provider's metadata, which is fetched every MAX_AGE_SECONDS. Raises Unavailable, ProviderUnusable."""
    fetched_at, found = _metadata.get(provider.issuer, (0.0, None))
    if found is None or time.monotonic() - fetched_at > MAX_AGE_SECONDS:
        answer = fetch(provider.issuer.rstrip("/") + DISCOVERY, deadline)
        found = _read_metadata(provider, answer.body)
        _metadata[provider.issuer] = (time.monotonic(), found)
    return found


def load_keys(metadata: Metadata, deadline: Deadline, *, max_age: float = MAX_AGE_SECONDS) -> KeySet:
    """Returns the provider's keys, fetched `max_age` seconds ago or later. Raises Unavailable, ProviderUnusable."""
    fetched_at, found = _keys.get(metadata.keys, (0.0, None))
    if found is None or time.monotonic() - fetched_at >= max_age:
        found = _read_keys(fetch(metadata.keys, deadline).body)
        _keys[metadata.keys] = (time.monotonic(), found)
    return found


def exchange_code(
    provider: Provider,
    metadata: Metadata,
    deadline: Deadline,
    *,
    code: str,
    verifier: str,
    redirect_uri: str,
) -> Tokens:
    """Returns the tokens for the code of a sign-in.

    Raises Invalid if the provider says that the code was used before or has expired, Unavailable, ProviderUnusable.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    headers = {}
    if provider.client_secret and metadata.takes_basic:
        # Each part is encoded first (RFC 6749, section 2.3.1): a secret may have a colon.
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form["client_id"] = provider.client_id
        if provider.client_secret:
            form["client_secret"] = provider.client_secret
    answer = fetch(metadata.token, deadline, form=form, headers=headers)
    error = answer.body.get("error")
    if error == "invalid_grant":
        raise not_begun_error()
    if error in {"invalid_client", "unauthorized_client"}:
        raise unusable_error("The sign-in provider does not accept OIDC_CLIENT_ID with OIDC_CLIENT_SECRET.")
    tokens = Tokens(_text(answer.body, "id_token"), _text(answer.body, "access_token"))
    if answer.status != 200 or not tokens.id_token:
        raise unusable_error("The sign-in provider gave no ID token for the sign-in.")
    return tokens


def load_user_info(
    metadata: Metadata, access_token: str, deadline: Deadline, *, subject: str
) -> dict[str, Any]:
    """Returns the claims of the user info, which must be about the subject. Raises Unavailable, ProviderUnusable."""
    answer = fetch(metadata.user_info, deadline, headers={"Authorization": f"Bearer {access_token}"})
    if answer.status != 200 or answer.body.get("sub") != subject:
        raise unusable_error("The sign-in provider's user info is not about the user who signed in.")
    return answer.body


def _read_metadata(provider: Provider, body: Mapping[str, Any]) -> Metadata:
    if body.get("issuer") != provider.issuer:
        said = body.get("issuer")
        raise unusable_error(f"OIDC_ISSUER is {provider.issuer}, but the provider there calls itself {said}.")
    methods = body.get("token_endpoint_auth_methods_supported")
    found = Metadata(
        authorization=_text(body, "authorization_endpoint"),
        token=_text(body, "token_endpoint"),
        keys=_text(body, "jwks_uri"),
        user_info=_text(body, "userinfo_endpoint"),
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
    )
    if not (found.authorization and found.token and found.keys):
        raise unusable_error("The sign-in provider's discovery document lacks an address.")
    return found


def _read_keys(body: Mapping[str, Any]) -> KeySet:
    listed = body.get("keys")
    if not isinstance(listed, list):
        raise unusable_error("The sign-in provider's document of keys has none.")
    return KeySet([key for one in listed if (key := _read_key(one)) is not None])


def _read_key(listed: object) -> Key | None:
    """Returns a public key to check signatures with; None for any other, of which a provider may have some, too."""
    if not isinstance(listed, dict) or listed.get("kty") == "oct" or listed.get("use") == "enc":
        return None
    try:
        return JWKRegistry.import_key(listed)
    except (JoseError, ValueError, TypeError):
        return None


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
