"""Makes plain API tokens, and recognizes them without a look-up: a prefix, random characters and a checksum.

Scanners that look for leaked secrets find tokens by PATTERN and can validate them offline.
"""

from __future__ import annotations

import secrets
import string
import zlib

PREFIX = "rjs_"
RANDOM_LENGTH = 43  # 256 bits
CHECKSUM_LENGTH = 6
PATTERN = rf"\b{PREFIX}[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}\b"
SHOWN_LENGTH = 12
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


def make_token() -> str:
    """Returns a new random token."""
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + checksum(body)


def may_be_token(plain: str) -> bool:
    """Returns False for a text that has the prefix and not the checksum of a token: no query is needed to refuse it.

    Tokens that were issued before there was a prefix have neither, so they may be tokens.
    """
    return not plain.startswith(PREFIX) or checksum(plain[:-CHECKSUM_LENGTH]) == plain[-CHECKSUM_LENGTH:]


def checksum(body: str) -> str:
    """Returns the CRC-32 of the token's other characters, with its prefix, as six digits of base 62 (0-9, A-Z, a-z)."""
    rest, digits = zlib.crc32(body.encode("utf-8", "replace")), ""
    while len(digits) < CHECKSUM_LENGTH:
        rest, digit = divmod(rest, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
