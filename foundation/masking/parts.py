"""Splits a secret value into the parts that programs use by themselves: its lines, a token, the password of a URL."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# Shorter texts stand in ordinary words and numbers, which would be destroyed.
MIN_CHARACTERS = 4
# `Bearer TOKEN`, also with the header's name before it.
_SCHEME = re.compile(
    r"(?:[\w-]{1,40}:\s{0,4})?(basic|bearer|token|bot|key|api-?key|digest|negotiate)\s+(\S.*)", re.I
)


def list_parts(value: str) -> set[str]:
    """Returns the secret value and its parts: each that has at least MIN_CHARACTERS and is not blank."""
    found = {value, value.strip(), "\n".join(value.splitlines())}
    for line in {value.strip(), *map(str.strip, value.splitlines())}:
        found.add(line)
        found.update(_list_credentials(line))
    return {part for part in found if len(part) >= MIN_CHARACTERS and not part.isspace()}


def list_passwords(url: str) -> set[str]:
    """Returns the passwords in a URL, decoded and as they are written; none that is the user's name, such as guest's.

    Besides the user's these are the options that are called so: `?password=`, `&sslpassword=`.
    """
    if not (parts := _split_url(url)):
        return set()
    found = {parts.password or ""}
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if "password" in unquote(name).lower():
            found |= {value, value.replace("+", " ")}
    return {text for one in found - {"", parts.username} for text in _both_spellings(one)}


def _list_credentials(line: str) -> Iterator[str]:
    if scheme := _SCHEME.fullmatch(line):
        yield scheme[2]
        if scheme[1].lower() == "basic":
            yield from _decode_basic(scheme[2])
    if (url := _split_url(line)) is None:
        return
    for text in (url.password or url.username, url.netloc.rpartition("@")[0]):
        yield from _both_spellings(text or "")
    for pair in url.query.split("&"):
        yield pair.partition("=")[2]
    for _, text in parse_qsl(url.query):
        yield text


def _decode_basic(credentials: str) -> Iterator[str]:
    """Yields `user:password` and the password of credentials as HTTP's basic authentication sends them."""
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except ValueError:
        return
    yield decoded
    yield decoded.partition(":")[2]


def _split_url(text: str) -> SplitResult | None:
    if "://" not in text:
        return None
    try:
        return urlsplit(text)
    except ValueError:
        return None


def _both_spellings(text: str) -> tuple[str, str]:
    return text, unquote(text)
