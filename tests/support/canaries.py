"""Secret values that are easy to find again, and a search for them in everything that a platform shows or stores."""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote


def make_canary(name: str) -> str:
    """Returns a value that nothing else contains; with characters that URLs, JSON and `repr` write differently."""
    return f'canary-{name}-{secrets.token_hex(8)}/+"ü'


@dataclass
class Search:
    """Looks for canaries, in each spelling that a handler uses, and counts the places where it looked."""

    canaries: dict[str, str]
    places: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._spellings = {
            spelling: name for name, value in self.canaries.items() for spelling in _spell(value) if spelling
        }

    def look(self, kind: str, where: str, content: bytes | str) -> None:
        """Looks into one place of a kind, such as an answer at an address, and notes what it found."""
        self.places[kind] += 1
        raw = content.encode() if isinstance(content, str) else content
        self.found += [f"{name} in {kind} {where}" for text, name in self._spellings.items() if text in raw]


def _spell(value: str) -> set[bytes]:
    raw = value.encode()
    inner = [base64.b64encode(b"\0" * shift + raw)[4:-4] for shift in range(3)]
    # A canary's beginning is written the same by JSON, repr and URLs.
    plain = {value.split("/")[0].encode()} if value.startswith("canary-") else set()
    return {raw, quote(value, safe="").encode(), *plain, *(text.rstrip(b"=") for text in inner)}
