"""From what a handler returns to JSON: what JSON does not know becomes what it knows, or is refused with its place."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

# As for all JSON that comes in.
MAX_DEPTH = 32
MAX_RESULT_BYTES = 256 * 1024
# Python reads no longer ones back from text, unless it is told to.
_TOO_LONG = 10**4300
_SETS = (set, frozenset)
_CONTAINERS = (dict, list, tuple, *_SETS)
# Within one of these kinds values have an order of their own; all else is sorted by its JSON.
_ORDERED = (int, float, Decimal, str, date, time, timedelta, UUID)


class ResultTooLarge(ValueError):
    """A result that would not be kept whole; `size`: its bytes as JSON."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"the result has {size:,} bytes as JSON; more than {MAX_RESULT_BYTES:,} are not kept"
        )
        self.size = size


def json_text(result: Any) -> str:
    """Raises TypeError or ValueError for a result that is not JSON, or that no database could keep."""
    return json.dumps(as_json(result), allow_nan=False, ensure_ascii=False)


def check_size(result: Any) -> None:
    """Raises ResultTooLarge, or what `json_text` raises."""
    size = len(json_text(result).encode())
    if size > MAX_RESULT_BYTES:
        raise ResultTooLarge(size)


def as_json(value: Any, place: str = "result", depth: int = 0) -> Any:
    """The same in values that `json` writes by itself; `place` is told where something is refused."""
    value = _without_enum(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _checked_text(value, place)
    if isinstance(value, int | float):
        return _checked_number(value, place)
    text = _text_of(value, place)
    if text is not None:
        return text
    if isinstance(value, _CONTAINERS) or (is_dataclass(value) and not isinstance(value, type)):
        if depth == MAX_DEPTH:
            raise ValueError(f"the result is nested more than {MAX_DEPTH} levels deep, or holds itself")
        return _container_as_json(value, place, depth + 1)
    raise TypeError(f"{place} is of type {type(value).__name__}, which is no JSON and has no form in it")


def _container_as_json(value: Any, place: str, depth: int) -> dict[str, Any] | list[Any]:
    if isinstance(value, dict):
        return _object(value.items(), place, depth)
    if is_dataclass(value):
        return _object(((field.name, getattr(value, field.name)) for field in fields(value)), place, depth)
    if isinstance(value, _SETS):
        return _sorted([(item, as_json(item, f"{place}[]", depth)) for item in map(_without_enum, value)])
    return [as_json(item, f"{place}[{n}]", depth) for n, item in enumerate(value)]


def _object(items: Iterable[tuple[Any, Any]], place: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in items:
        key = _key(name, place)
        if key in found:
            raise ValueError(f"{place} has two keys that are both {json.dumps(key)} in JSON")
        found[key] = as_json(value, f"{place}.{key}", depth)
    return found


def _key(key: Any, place: str) -> str:
    """Numbers and words of JSON become the text that JSON writes for them."""
    key = _without_enum(key)
    if isinstance(key, str):
        return _checked_text(key, f"a key of {place}")
    if key is None or isinstance(key, bool | int | float):
        return json.dumps(_checked_number(key, f"a key of {place}"))
    text = _text_of(key, f"a key of {place}")
    if text is None:
        raise TypeError(f"{place} has a key of type {type(key).__name__}, which has no text in JSON")
    return text


def _checked_text(text: str, place: str) -> str:
    if "\0" in text:
        raise ValueError(f"{place} has a NUL character, which cannot be stored")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            told = f"{place} has half of a surrogate pair, which cannot be stored"
            raise ValueError(told) from None
    return text


def _checked_number(number: Any, place: str) -> Any:
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(f"{place} is {float(number)}, which is not JSON compliant: return None or a text")
    if isinstance(number, int) and not -_TOO_LONG < number < _TOO_LONG:
        raise ValueError(f"{place} is a number of more than 4,300 digits: return it as a text")
    return number


def _sorted(items: list[tuple[Any, Any]]) -> list[Any]:
    """The second of each pair of a value and its JSON: in the values' own order if they have one."""
    if all(isinstance(value, _ORDERED) for value, _ in items):
        try:
            return [found for _, found in sorted(items, key=lambda item: item[0])]
        except TypeError:
            pass  # of several kinds
    return sorted((found for _, found in items), key=json.dumps)


def _text_of(value: Any, place: str) -> str | None:
    """Of a value that becomes a text; None if it is none of them."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _with_z(value.isoformat())
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(
                f"{place} is Decimal {value}, which is not JSON compliant: return None or a text"
            )
        return str(value)
    return str(value) if isinstance(value, UUID) else None


def _moment(value: datetime) -> str:
    """RFC 3339, which knows no moment without a zone, and no zone with seconds: such ones become UTC."""
    offset = value.utcoffset()
    if offset is None:
        value = value.replace(tzinfo=UTC)
    elif offset % timedelta(minutes=1):
        value = value.astimezone(UTC)
    return _with_z(value.isoformat())


def _with_z(text: str) -> str:
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text


def _duration(value: timedelta) -> str:
    """ISO 8601, in days, hours, minutes and seconds: those there are."""
    sign, length = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    days = f"{length.days}D" if length.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction or not (days or clock):
        clock += f"{seconds}{fraction}S"
    return f"{sign}P{days}{'T' if clock else ''}{clock}"


def _without_enum(value: Any) -> Any:
    while isinstance(value, Enum):
        value = value.value
    return value
