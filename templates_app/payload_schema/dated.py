"""Compiles payload fields of the types date, time, datetime and duration, and compares values of these types."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from foundation.json_schema.formats import FORMATS
from foundation.json_schema.reading import ObjectReader
from templates_app.payload_schema.fragment import Fragment, Scope

KEYS = ("min", "max")
EXAMPLES = {
    "date": "2026-01-31",
    "time": "09:30",
    "date-time": "2026-01-31T09:30:00Z",
    "duration": "PT1H30M",
}
# The sort key of a value: whole seconds (days for a date), then the digits of the fraction.
SortKey = tuple[int, str]
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)
_SECONDS_PER_UNIT = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1)
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))?")


def build_date(reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `date` to JSON Schema."""
    return _build(reader, "date")


def build_time(reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `time` to JSON Schema."""
    return _build(reader, "time")


def build_datetime(reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `datetime` to JSON Schema."""
    return _build(reader, "date-time")


def build_duration(reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `duration` to JSON Schema."""
    return _build(reader, "duration")


def _build(reader: ObjectReader, form: str) -> Fragment:
    fragment = Fragment({"type": "string", "format": form})
    bounds = {key: _read_bound(reader, key, form) for key in KEYS}
    for key, value in bounds.items():
        if value:
            fragment.schema[f"x-{key}"] = value
    least, most = bounds["min"], bounds["max"]
    if least and most and sort_key(least, form) > sort_key(most, form):
        detail = f"Nothing is {least} or more and {most} or less."
        reader.refuse("min", "maximum", detail, "Write the smaller bound as min.")
    return fragment


def _read_bound(reader: ObjectReader, key: str, form: str) -> str:
    value = reader.read_text(key)
    if value and not has_format(value, form):
        reader.refuse(key, "format", f"{key} is no {form}.", f"Write it like {EXAMPLES[form]}.")
        return ""
    return value


def has_format(text: str, form: str) -> bool:
    """Returns whether the text is valid in the JSON Schema format `form`: date, time, date-time or duration."""
    return re.search(FORMATS[form].removesuffix("$") + r"\Z", text) is not None


def sort_key(text: str, form: str) -> SortKey:
    """Returns a key for comparing two valid values of the JSON Schema format `form`, such as two dates.

    In a duration, a year counts as 365 days and a month as 30; a time of day with a zone is compared in UTC.
    """
    return _SORT_KEYS[form](text)


def _sort_key_of_date(text: str) -> SortKey:
    return date.fromisoformat(text).toordinal(), ""


def _sort_key_of_time(text: str) -> SortKey:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds, fraction, sign, ahead_hours, ahead_minutes = found.groups()
    ahead = (int(ahead_hours or 0) * 60 + int(ahead_minutes or 0)) * (-60 if sign == "-" else 60)
    whole = int(hours) * 3_600 + int(minutes) * 60 + int(seconds or 0)
    return whole - ahead, (fraction or "").rstrip("0")


def _sort_key_of_datetime(text: str) -> SortKey:
    day, clock = text.split("T")
    seconds, fraction = _sort_key_of_time(clock)
    return _sort_key_of_date(day)[0] * 86_400 + seconds, fraction


def _sort_key_of_duration(text: str) -> SortKey:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return sum(
        int(count or 0) * each for count, each in zip(found.groups(), _SECONDS_PER_UNIT, strict=True)
    ), ""


_SORT_KEYS: dict[str, Callable[[str], SortKey]] = {
    "date": _sort_key_of_date,
    "time": _sort_key_of_time,
    "date-time": _sort_key_of_datetime,
    "duration": _sort_key_of_duration,
}
