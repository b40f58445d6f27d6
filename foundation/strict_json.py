"""JSON in and out, strictly: nothing that Postgres cannot store, nothing that a parser could choke on, no rounding.

`parse_json` is the one reader of what people and programs send, at every door.
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
# Whole numbers above it are not all floats: to read them as one would round them.
MAX_EXACT_INTEGER = 2**53
MAX_REPORTED_KEYS = 10
MAX_KEY_LENGTH = 200
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
# In JSON as Python writes it: behind an even number of backslashes the next one begins an escape.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _bad_json(detail: str) -> Invalid:
    return Invalid(Problem("parse_error", detail))


def _refuse_constant(name: str) -> NoReturn:
    raise _bad_json(f"The body has {name}, which is not JSON: write a number or null.")


def is_too_deep(raw: bytes, limit: int = MAX_DEPTH) -> bool:
    """Counted on the raw bytes, before a parser recurses: 100,000 brackets must not reach one."""
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return False
    # A parser stops at a backslash outside of texts; inside, the quote behind one ends nothing.
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
    """JSON with whole numbers of any size.

    Raises Invalid: `parse_error` with the place of the fault, or `duplicate_key` with the path of each.
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
    """An object names a key twice; where, is for a second, slower reading to tell."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKey
    return found


def _float(text: str) -> float | int:
    """A whole number beyond 2^53 keeps its digits also if it is written with a point or an exponent."""
    number = float(text)
    if abs(number) < MAX_EXACT_INTEGER or math.isinf(number):
        return number
    exact = Decimal(text)
    is_written_out = "e" not in text and "E" not in text
    is_kept = is_written_out or Decimal(repr(number)) != exact
    return int(exact) if is_kept and exact == exact.to_integral_value() else number


class _ObjectWithDuplicates(dict[str, Any]):
    """An object that names keys twice."""

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
        # What is no JSON further on is told as that.
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
    """What cannot be encoded must not come back in the answer that tells of it."""
    return text[:MAX_KEY_LENGTH].encode("utf-8", "replace").decode().replace("\0", "?")


def _refuse_unstorable_text(value: Any) -> None:
    """Postgres stores neither U+0000 nor lone surrogates; both can only come by a \\u escape."""
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
    """Whether a JSON text that Python wrote has a NUL character; one that only spells an escape has none."""
    return _NUL.search(json_text) is not None


# A dataclass that is answered by mistake shows its text, not all that it holds.
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def dump_json(data: Any, *, indented: bool = False) -> bytes:
    """UTF-8 JSON of anything we answer: times end in Z, ids are text, whole numbers keep all their digits."""
    try:
        options = _OPTIONS | (orjson.OPT_INDENT_2 if indented else 0)
        return orjson.dumps(data, default=_as_text, option=options)
    except TypeError:
        # orjson takes whole numbers of 64 bits at most; ours are never rounded, so the slow way it is.
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
