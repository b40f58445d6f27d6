"""A passkey in software: makes what a browser and its authenticator send, right or wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

Json = dict[str, Any]
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(raw: bytes) -> str:
    """Returns base64url text without padding, as in browsers' JSON."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """Holds one passkey of the host `rp_id`, used by pages of `origin`; `count` is its counter of signatures."""

    rp_id: str = "testserver"
    origin: str = "http://testserver"
    count: int = 0
    flags: int = USER_PRESENT | USER_VERIFIED
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self._key = generate_private_key(SECP256R1())

    @property
    def id(self) -> str:
        """Returns the passkey's id as text."""
        return encode(self.credential_id)

    def create(self, options: Json, **client_data: Any) -> Json:
        """Returns what `navigator.credentials.create()` gives for these options."""
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        at = self._key.public_key().public_numbers()
        # A COSE key: an elliptic curve, ES256, P-256, and the point.
        key = {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}
        attested += cbor.encode(key)
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        written = self._client_data("webauthn.create", options, client_data)
        return self._answer({"clientDataJSON": encode(written), "attestationObject": encode(attestation)})

    def sign(self, options: Json, *, user_handle: str | None = None, **client_data: Any) -> Json:
        """Returns what `navigator.credentials.get()` gives for these options. The counter grows, if it is used."""
        data = self._data(self.flags)
        written = self._client_data("webauthn.get", options, client_data)
        signature = self._key.sign(data + hashlib.sha256(written).digest(), ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": encode(written),
                "authenticatorData": encode(data),
                "signature": encode(signature),
                "userHandle": user_handle,
            }
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: Json, changes: Json) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | changes).encode()

    def _answer(self, response: Json) -> Json:
        return {
            "id": self.id,
            "rawId": self.id,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
