"""Regular expressions an author may use: linear time here, and none that can hang a browser."""

from __future__ import annotations

import re

from jsonschema_rs import ValidationError

from foundation.json_schema.checker import Checker

LONGEST = 500
# How often a backtracking engine may go through the text: once for each way to read the pattern.
MOST_WAYS = 100
_ESCAPE = r"\\[dDwWsS^$\\.*+?()\[\]{}|/]"
_CLASS = rf"\[\^?(?:{_ESCAPE}|\\-|-(?!-)|[^-\\\[\]&~])+\]"
_TOKEN = re.compile(
    rf"(?P<atom>{_ESCAPE}|{_CLASS}|\(\?:|[^\\\[\]*+?{{}}])"
    r"|(?:(?P<open>[*+]|\{\d+,\})|(?P<optional>\?)|\{(?P<least>\d{1,3})(?:,(?P<most>\d{1,3}))?\})\??"
)
_NOT_REPEATABLE = frozenset({"", "(", "(?:", ")", "|", "^", "$"})


def compiles(pattern: str) -> bool:
    """Whether the linear-time engine takes it: no look-around, no back-references, no giant counts."""
    try:
        Checker({"pattern": pattern})
    except ValidationError:
        return False
    return True


def safe_in_browsers(pattern: str) -> bool:
    """True only if a backtracking engine needs linear time too, and reads the pattern as ours does.

    Conservative: no repeated group, one open-ended repetition (none if the match may begin anywhere), few
    alternatives. The others are checked by the server alone.
    """
    open_ended = 0 if pattern.startswith("^") and "|" not in pattern else 1
    place, ways, repeatable = 0, 1, False
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None:
            return False
        atom = token["atom"]
        if not atom and not repeatable:
            return False
        open_ended += token["open"] is not None
        ways *= 2 if atom == "|" else _ways_of(token)
        repeatable = bool(atom) and atom not in _NOT_REPEATABLE
        place = token.end()
    return open_ended <= 1 and ways <= MOST_WAYS


def _ways_of(token: re.Match[str]) -> int:
    if token["optional"]:
        return 2
    if token["most"]:
        return max(1, int(token["most"]) - int(token["least"]) + 1)
    return 1
