"""Text of others on a terminal."""

from __future__ import annotations

import re

# Control characters (line breaks and tabs aside), both sets: they could rewrite what the terminal shows.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
