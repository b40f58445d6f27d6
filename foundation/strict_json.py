"""Reads and writes JSON strictly: limits its depth, refuses what Postgres cannot store, never rounds whole numbers.

`parse_json` reads all JSON that users and other programs send.
"""

from __future__ import annotations

import json
import math
import re
from codecs import BOM_UTF8
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import orjson

from foundation.errors import Invalid, Problem

MAX_DEPTH = 32
# Above it not every whole number is a float, so reading them as float would round them.
MAX_EXACT_INTEGER = 2**53
MAX_REPORTED_KEYS = 10
MAX_KEY_LENGTH = 200
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
# In JSON as Python writes it; after an even number of backslashes, the next one begins an escape.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _bad_json(detail: str) -> Invalid:
    return Invalid(Problem("parse_error", detail))


def _refuse_constant(name: str) -> NoReturn:
    raise _bad_json(f"The body has {name}, which is not JSON: write a number or null.")


def is_too_deep(raw: bytes, limit: int = MAX_DEPTH) -> bool:
    """Returns whether a JSON text is nested deeper than `limit`; counts brackets, because parsers recurse per level."""
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return False
    # Removes escapes: an escaped quote does not end a text. Outside of texts a backslash is an error anyway.
    unescaped = _ESCAPE.sub(b"", raw) if b"\\" in raw else raw
    outside_of_texts = b"".join(unescaped.translate(None, _NOT_STRUCTURE).split(b'"')[::2])
    depth = 0
    for bracket in outside_of_texts:
        if bracket in b"[{":
            depth += 1
            if depth > limit:
                return True
        else:
            depth -= 1
    return False


def parse_json(raw: bytes) -> Any:
    """Returns the value of a JSON text in UTF-8; whole numbers may have any size.

    Raises Invalid with the code `parse_error` (a syntax error with line and column), or with the code `duplicate_key`
    and the path of each key that an object has more than once.
    """
    if is_too_deep(raw):
        raise _bad_json(f"The body is nested deeper than {MAX_DEPTH} levels.")
    if raw.startswith(BOM_UTF8):
        raise _bad_json("The body begins with a byte order mark: write it as UTF-8 without one.")
    try:
        value = _decode(raw.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise _bad_json(f"The body is not UTF-8: byte {exc.start} cannot be read.") from None
    except json.JSONDecodeError as exc:
        raise _bad_json(f"The body is not JSON: line {exc.lineno}, column {exc.colno}: {exc.msg}.") from None
    except ValueError:
        raise _bad_json("The body has a number with too many digits.") from None
    if b"\\u" in raw or b"\0" in raw:
        _refuse_unstorable_text(value)
    return value


class _DuplicateKey(Exception):
    """Raised while JSON is parsed if an object has a key twice; a second, slower parse then finds all such keys."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKey
    return found


def _float(text: str) -> float | int:
    """Returns a JSON number with a point or exponent as float; as int if it is whole and a float would lose digits.

    Below 2^53 a float keeps all digits of a whole number. Beyond, one without an exponent becomes an int, and one
    with an exponent only if the float differs from it.
    """
    number = float(text)
    if abs(number) < MAX_EXACT_INTEGER or math.isinf(number):
        return number
    exact = Decimal(text)
    is_written_out = "e" not in text and "E" not in text
    is_kept = is_written_out or Decimal(repr(number)) != exact
    return int(exact) if is_kept and exact == exact.to_integral_value() else number


class _ObjectWithDuplicates(dict[str, Any]):
    """Is a parsed JSON object with the names of the keys that its JSON text has more than once (`duplicates`)."""

    duplicates: tuple[str, ...]


def _mark_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    marked, counts = _ObjectWithDuplicates(found), Counter(key for key, _ in pairs)
    marked.duplicates = tuple(key for key, count in counts.items() if count > 1)
    return marked


def _decode(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_float=_float, parse_constant=_refuse_constant
        )
    except _DuplicateKey:
        # If the rest is not JSON, the second parse raises that error instead.
        marked = json.loads(text, object_pairs_hook=_mark_duplicates, parse_constant=_refuse_constant)
        raise Invalid(_duplicate_keys(marked)) from None


def _duplicate_keys(value: Any) -> list[Problem]:
    return [
        Problem(
            "duplicate_key",
            f"The key {_printable(key)} stands twice in one object: remove one of the two.",
            _printable(".".join((*path, key))),
        )
        for path, found in _find_objects_with_duplicates(value)
        for key in found.duplicates
    ][:MAX_REPORTED_KEYS]


def _find_objects_with_duplicates(value: Any) -> Iterator[tuple[tuple[str, ...], _ObjectWithDuplicates]]:
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), value)])
    while waiting:
        path, item = waiting.popleft()
        if isinstance(item, _ObjectWithDuplicates):
            yield path, item
        if isinstance(item, dict):
            waiting.extend(((*path, key), inner) for key, inner in item.items())
        elif isinstance(item, list):
            waiting.extend(((*path, str(index)), inner) for index, inner in enumerate(item))


def _printable(text: str) -> str:
    """Shortens a key and replaces characters that UTF-8 cannot encode, so that an error response can quote the key."""
    return text[:MAX_KEY_LENGTH].encode("utf-8", "replace").decode().replace("\0", "?")


def _refuse_unstorable_text(value: Any) -> None:
    """Raises Invalid if a text in the value has U+0000 or half of a surrogate pair, which Postgres cannot store."""
    text = json.dumps(value, ensure_ascii=False)
    if has_nul(text):
        raise _bad_json("The body has a NUL character (\\u0000): remove it.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _bad_json(
            "The body has half of a surrogate pair (\\ud800 to \\udfff): write whole characters."
        ) from None


def has_nul(json_text: str) -> bool:
    """Returns whether a JSON text that Python wrote has an escaped NUL; u0000 after an escaped backslash is none."""
    return _NUL.search(json_text) is not None


# A dataclass that gets into an answer by mistake is written as its repr, not with all its fields.
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def dump_json(data: Any, *, indented: bool = False) -> bytes:
    """Returns the data as JSON in UTF-8: UTC times end in Z, UUIDs are texts, whole numbers keep all their digits."""
    try:
        options = _OPTIONS | (orjson.OPT_INDENT_2 if indented else 0)
        return orjson.dumps(data, default=_as_text, option=options)
    except TypeError:
        # orjson refuses whole numbers above 64 bits, so the standard library writes them.
        indent = 2 if indented else None
        return json.dumps(_to_plain_json(data), default=str, ensure_ascii=False, indent=indent).encode()


def _to_plain_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _to_plain_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain_json(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return orjson.loads(orjson.dumps(value, default=_as_text, option=_OPTIONS))


def _as_text(value: Any) -> Any:
    return str(value)
