"""Lists how programs write a secret text: as it is, escaped by JSON, by Python or by HTML, or inside base64.

URLs need no spellings of their own, because texts are also searched without their %XX (see `unquoted`).
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator

_URLSAFE = str.maketrans("+/", "-_")


def list_plain_spellings(text: str) -> set[str]:
    """Returns how programs write the text: as it is, in JSON, by `repr`, in forms (`+` for a space), and in HTML."""
    found = {
        text,
        *_escape_as_json(text),
        repr(text)[1:-1],
        ascii(text)[1:-1],
        repr(text.encode("utf-8", "replace"))[2:-1],  # half a surrogate pair has no UTF-8
        text.replace(" ", "+"),
        text.encode("utf-8", "replace").decode().replace("\0", "\\0"),  # as a job's log stores it
    }
    return found | {twice for once in found for twice in (*_escape_as_json(once), *_escape_as_html(once))}


def _escape_as_json(text: str) -> tuple[str, str]:
    return json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]


def _escape_as_html(text: str) -> tuple[str, str, str]:
    """Returns the text as pages have it: with its quotation marks as they are, by name, or all by number."""
    named = html.escape(text)
    return html.escape(text, quote=False), named, named.replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def list_base64_spellings(text: str) -> set[str]:
    """Returns what base64 of any longer text, in both alphabets, contains if the text stands somewhere in it."""
    data = text.encode("utf-8", "replace")
    standard = {spelling for before in range(3) for spelling in _encode_behind(before, data)}
    return standard | {spelling.translate(_URLSAFE) for spelling in standard}


def _encode_behind(before: int, data: bytes) -> Iterator[str]:
    """Yields base64 of `data` behind as many other bytes (modulo 3), followed by others, or by the end of the text.

    Without the digits that depend on the other bytes, too.
    """
    encoded = base64.b64encode(bytes(before) + data).decode()
    start = (8 * before + 5) // 6
    yield encoded[start : 8 * (before + len(data)) // 6]
    yield encoded[start:].rstrip("=")
    yield encoded[start:]
