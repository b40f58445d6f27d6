"""Converts what a job handler returns to JSON; dates, sets and some other types get a JSON form, the rest an error."""

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

# The same limit as for JSON in requests.
MAX_DEPTH = 32
MAX_RESULT_BYTES = 256 * 1024
# By default Python does not parse longer numbers from text.
_NUMBER_LIMIT = 10**4300
_SETS = (set, frozenset)
_CONTAINERS = (dict, list, tuple, *_SETS)
# Values of one of these types are sorted by their own order; others by their JSON.
_ORDERED = (int, float, Decimal, str, date, time, timedelta, UUID)


class ResultTooLarge(ValueError):
    """Raised for a job result that is too large to be stored completely. `size` is the size of its JSON in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"the result has {size:,} bytes as JSON; more than {MAX_RESULT_BYTES:,} are not kept"
        )
        self.size = size


def as_json_text(result: Any) -> str:
    """Returns a job result as JSON text. Raises TypeError or ValueError if it has no JSON form or cannot be stored."""
    return json.dumps(as_json(result), allow_nan=False, ensure_ascii=False)


def check_size(result: Any) -> None:
    """Raises ResultTooLarge if the job result is too large to be stored completely, and what `as_json_text` raises."""
    size = len(as_json_text(result).encode())
    if size > MAX_RESULT_BYTES:
        raise ResultTooLarge(size)


def as_json(value: Any, place: str = "result", depth: int = 0) -> Any:
    """Returns a part of a job result in types that the `json` module can write.

    Raises TypeError or ValueError if it has no JSON form; `place`, such as `result.items[3]`, names the part in the
    error.
    """
    value = _unwrap_enum(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _check_text(value, place)
    if isinstance(value, int | float):
        return _check_number(value, place)
    text = _as_text(value, place)
    if text is not None:
        return text
    if isinstance(value, _CONTAINERS) or (is_dataclass(value) and not isinstance(value, type)):
        if depth == MAX_DEPTH:
            raise ValueError(f"the result is nested more than {MAX_DEPTH} levels deep, or holds itself")
        return _container_as_json(value, place, depth + 1)
    raise TypeError(f"{place} is of type {type(value).__name__}, which is no JSON and has no form in it")


def _container_as_json(value: Any, place: str, depth: int) -> dict[str, Any] | list[Any]:
    if isinstance(value, dict):
        return _dict_as_json(value.items(), place, depth)
    if is_dataclass(value):
        return _dict_as_json(
            ((field.name, getattr(value, field.name)) for field in fields(value)), place, depth
        )
    if isinstance(value, _SETS):
        return _sort_set([(item, as_json(item, f"{place}[]", depth)) for item in map(_unwrap_enum, value)])
    return [as_json(item, f"{place}[{n}]", depth) for n, item in enumerate(value)]


def _dict_as_json(items: Iterable[tuple[Any, Any]], place: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in items:
        key = _key_as_text(name, place)
        if key in found:
            raise ValueError(f"{place} has two keys that are both {json.dumps(key)} in JSON")
        found[key] = as_json(value, f"{place}.{key}", depth)
    return found


def _key_as_text(key: Any, place: str) -> str:
    """Returns a dictionary key as text, such as "true" for True. Raises TypeError or ValueError if it has no text."""
    key = _unwrap_enum(key)
    if isinstance(key, str):
        return _check_text(key, f"a key of {place}")
    if key is None or isinstance(key, bool | int | float):
        return json.dumps(_check_number(key, f"a key of {place}"))
    text = _as_text(key, f"a key of {place}")
    if text is None:
        raise TypeError(f"{place} has a key of type {type(key).__name__}, which has no text in JSON")
    return text


def _check_text(text: str, place: str) -> str:
    if "\0" in text:
        raise ValueError(f"{place} has a NUL character, which cannot be stored")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            problem = f"{place} has half of a surrogate pair, which cannot be stored"
            raise ValueError(problem) from None
    return text


def _check_number(number: Any, place: str) -> Any:
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(f"{place} is {float(number)}, which is not JSON compliant: return None or a text")
    if isinstance(number, int) and not -_NUMBER_LIMIT < number < _NUMBER_LIMIT:
        raise ValueError(f"{place} is a number of more than 4,300 digits: return it as a text")
    return number


def _sort_set(items: list[tuple[Any, Any]]) -> list[Any]:
    """Returns the JSON values of a set's items, sorted by the original values if possible, else by their JSON text."""
    if all(isinstance(value, _ORDERED) for value, _ in items):
        try:
            return [found for _, found in sorted(items, key=lambda item: item[0])]
        except TypeError:
            pass  # of several kinds
    return sorted((found for _, found in items), key=json.dumps)


def _as_text(value: Any, place: str) -> str | None:
    """Returns a date, time, duration, decimal or UUID as text, else None. Raises ValueError for an infinite decimal."""
    if isinstance(value, datetime):
        return _format_datetime(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _write_z(value.isoformat())
    if isinstance(value, timedelta):
        return _format_duration(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(
                f"{place} is Decimal {value}, which is not JSON compliant: return None or a text"
            )
        return str(value)
    return str(value) if isinstance(value, UUID) else None


def _format_datetime(value: datetime) -> str:
    """Returns the time by RFC 3339, one without a zone as UTC. If its offset has seconds, it is converted to UTC."""
    offset = value.utcoffset()
    if offset is None:
        value = value.replace(tzinfo=UTC)
    elif offset % timedelta(minutes=1):
        value = value.astimezone(UTC)
    return _write_z(value.isoformat())


def _write_z(text: str) -> str:
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text


def _format_duration(value: timedelta) -> str:
    """Returns the duration by ISO 8601 in days, hours, minutes and seconds without zero parts, such as P1DT2H."""
    sign, length = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    days = f"{length.days}D" if length.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction or not (days or clock):
        clock += f"{seconds}{fraction}S"
    return f"{sign}P{days}{'T' if clock else ''}{clock}"


def _unwrap_enum(value: Any) -> Any:
    while isinstance(value, Enum):
        value = value.value
    return value
