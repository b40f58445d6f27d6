"""Registers passkeys (WebAuthn) and checks what they sign. Each works for the one host for which it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts import audit
from accounts.models import Passkey, User
from accounts.services.recovery_codes import make_first_codes
from foundation.errors import Conflict, Invalid, Problem

RP_NAME = "RestJobScheduler"
MAX_PASSKEYS = 20
ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)
_MAX_CREDENTIAL_ID_BYTES = 1023
_VERIFICATION = UserVerificationRequirement.PREFERRED


@dataclass(frozen=True, slots=True)
class Site:
    """Names the host whose pages passkeys are for, `rp_id` in WebAuthn, and the origins from which they may sign."""

    rp_id: str
    origins: frozenset[str]


def begin_passkey(user: User, site: Site) -> tuple[dict[str, Any], str]:
    """Returns the options with which the browser makes a passkey, and the challenge in them, to be kept.

    Raises Conflict (too_many_passkeys).
    """
    if Passkey.objects.filter(user=user).count() >= MAX_PASSKEYS:
        detail = f"An account has at most {MAX_PASSKEYS} passkeys: remove one first."
        raise Conflict(Problem("too_many_passkeys", detail))
    entity = PublicKeyCredentialUserEntity(name=user.username, id=_handle(user), display_name=user.username)
    options, state = _server(site).register_begin(
        entity,
        [_as_credential(row) for row in _own(user, site)],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_VERIFICATION,
    )
    return _as_json(options.public_key), state["challenge"]


def add_passkey(
    user: User,
    site: Site,
    *,
    challenge: str | None,
    credential: Mapping[str, Any],
    name: str,
    keep_session: str | None,
) -> tuple[Passkey, list[str] | None]:
    """Stores the passkey that the browser made; returns it, with recovery codes if it is the account's first factor.

    Raises Invalid (wrong_passkey), and Conflict (passkey_exists).
    """
    made = _read_registration(site, challenge, credential)
    if made is None:
        detail = "This is no new passkey for this page, or it came too late: begin again."
        raise Invalid(Problem("wrong_passkey", detail, "passkey"))
    made_key, sign_count = made
    row = Passkey(
        user=user,
        name=name,
        rp_id=site.rp_id,
        credential_id=websafe_encode(made_key.credential_id),
        public_key=cbor.encode(made_key.public_key),
        sign_count=sign_count,
    )
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            codes = make_first_codes(user, keep_session)
            row.save(force_insert=True)
            audit.record(
                user.actor, "passkey_added", f"user:{user.username}", after={"id": row.pk, "name": name}
            )
    except IntegrityError:
        raise Conflict(Problem("passkey_exists", "This passkey is stored already.", "passkey")) from None
    row.refresh_from_db()
    return row, codes


def begin_signature(user: User, site: Site) -> tuple[dict[str, Any], str] | None:
    """Returns the options with which a browser lets a passkey sign, and the challenge; None without a passkey here."""
    own = [_as_credential(row) for row in _own(user, site)]
    if not own:
        return None
    options, state = _server(site).authenticate_begin(own, user_verification=_VERIFICATION)
    return _as_json(options.public_key), state["challenge"]


def accept_signature(user: User, site: Site, *, challenge: str | None, credential: Mapping[str, Any]) -> bool:
    """Returns whether one of the user's own passkeys signed the challenge on a page of the site.

    A counter of signatures that does not grow means that the passkey was copied, so that it is not accepted.
    """
    rows = {row.credential_id: row for row in _own(user, site)}
    signed = _read_signature(user, site, challenge, credential, list(rows.values()))
    if signed is None:
        return False
    used, sign_count = rows[signed[0]], signed[1]
    # Authenticators without a counter send 0 each time.
    grows = Q(sign_count__lt=sign_count) | (Q(sign_count=0) if sign_count == 0 else Q(pk__in=[]))
    updated = Passkey.objects.filter(grows, pk=used.pk).update(sign_count=sign_count, last_used_at=Now())
    return updated == 1


def _read_registration(
    site: Site, challenge: str | None, credential: Mapping[str, Any]
) -> tuple[AttestedCredentialData, int] | None:
    """Returns the new passkey and its counter of signatures; None if anything is wrong with it."""
    if challenge is None:
        return None
    try:
        registration = RegistrationResponse.from_dict(credential)
        _refuse_frames(registration.response.client_data)
        data = _server(site).register_complete(_state(challenge), registration)
        made = data.credential_data
        is_usable = (
            made is not None
            and made.public_key.ALGORITHM in ALGORITHMS
            and len(made.credential_id) <= _MAX_CREDENTIAL_ID_BYTES
        )
        return (made, data.counter) if made is not None and is_usable else None
    except Exception:  # noqa: BLE001 - the library has no base class for what is wrong with a client's bytes
        return None


def _read_signature(
    user: User, site: Site, challenge: str | None, credential: Mapping[str, Any], own: list[Passkey]
) -> tuple[str, int] | None:
    """Returns the id of the passkey that signed and its counter of signatures; None if anything is wrong."""
    if challenge is None:
        return None
    stored = [_as_credential(row) for row in own]
    try:
        assertion = AuthenticationResponse.from_dict(credential)
        _refuse_frames(assertion.response.client_data)
        if assertion.response.user_handle not in (None, _handle(user)):
            return None
        used = _server(site).authenticate_complete(_state(challenge), stored, assertion)
        return websafe_encode(used.credential_id), assertion.response.authenticator_data.counter
    except Exception:  # noqa: BLE001 - the library has no base class for what is wrong with a client's bytes
        return None


def _refuse_frames(client_data: CollectedClientData) -> None:
    """Raises ValueError if the page was in a frame of another site's page."""
    if client_data.cross_origin:
        raise ValueError("The page was in a frame of another site.")


def _server(site: Site) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(name=RP_NAME, id=site.rp_id)
    server = Fido2Server(rp, verify_origin=lambda origin: origin in site.origins)
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=one) for one in ALGORITHMS
    ]
    return server


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": _VERIFICATION}


def _own(user: User, site: Site) -> list[Passkey]:
    return list(Passkey.objects.filter(user=user, rp_id=site.rp_id))


def _as_credential(row: Passkey) -> AttestedCredentialData:
    key = CoseKey.parse(cbor.decode(bytes(row.public_key)))  # type: ignore[arg-type]  # a map, as it was stored
    return AttestedCredentialData.create(Aaguid.NONE, websafe_decode(row.credential_id), key)


def _handle(user: User) -> bytes:
    """Returns what a passkey keeps to identify its user: nothing that tells other sites who that is."""
    return str(user.pk).encode()


def _as_json(value: Any) -> Any:
    """Returns the library's options as JSON values, as browsers' own functions read and write them."""
    if isinstance(value, Mapping):
        return {key: _as_json(value[key]) for key in value}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value
