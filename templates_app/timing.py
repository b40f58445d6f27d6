"""Reads and checks the keys of a template document that say when jobs start: delay, crontab and time zone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from foundation.json_schema.reading import ObjectReader
from foundation.suggestions import nearest
from templates_app.crontab_faults import MAX_LINE_LENGTH, find_crontab_fault

TEN_YEARS = 315_576_000


@dataclass(frozen=True, slots=True)
class Timing:
    """Holds a template's start delay in seconds, its crontab (None if it has none), and the crontab's time zone."""

    start_in_seconds: int
    crontab: str | None
    time_zone: str


def read_timing(reader: ObjectReader, *, recurring: bool) -> Timing:
    """Returns a template document's delay, crontab and time zone; adds a problem to the reader for each bad key."""
    start = reader.read_integer("startInSeconds", at_least=0, at_most=TEN_YEARS)
    # An empty text is refused, unlike null: it may come from a variable that was not set.
    is_empty = reader.source.get("crontab") == ""
    crontab = "" if is_empty else reader.read_text("crontab", max_length=MAX_LINE_LENGTH) or None
    time_zone = _time_zone(reader)
    if crontab is not None:
        _check_crontab(reader, crontab, time_zone, recurring=recurring)
    elif recurring and start == 0:
        detail = "A recurring template pauses for at least a second after each run."
        reader.refuse("startInSeconds", "minimum", detail, "Write 1 or more.")
    return Timing(start or 0, crontab, time_zone)


def zone_remedy(name: str) -> str | None:
    """Returns what to write instead of an unknown time zone; None if the time zone is known."""
    if name in _known_zones():
        return None
    return nearest(name, sorted(_known_zones())) or "Write it like Europe/Berlin."


def _time_zone(reader: ObjectReader) -> str:
    name = reader.read_text("timeZone", default="UTC")
    remedy = zone_remedy(name)
    if remedy is None:
        return name
    reader.refuse("timeZone", "enum", f'There is no time zone "{name}".', remedy)
    return "UTC"


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _check_crontab(reader: ObjectReader, crontab: str, time_zone: str, *, recurring: bool) -> None:
    if not recurring:
        detail = "A crontab is for recurring templates."
        reader.refuse("crontab", "dependentRequired", detail, "Set rescheduleAfterTermination to true.")
    fault = find_crontab_fault(crontab, time_zone)
    if fault is not None:
        reader.refuse("crontab", fault.code, fault.detail, fault.remedy)
