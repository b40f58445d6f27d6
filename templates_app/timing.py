"""When a recurring template runs: the rules for its delay, crontab and time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from templates_app.reading import Reading, nearest

TEN_YEARS = 315_576_000
_LONGEST_CRONTAB = 200


@dataclass(frozen=True, slots=True)
class Timing:
    start_in_seconds: int
    crontab: str | None
    time_zone: str


def read_timing(reading: Reading, *, recurring: bool) -> Timing:
    start = reading.whole("startInSeconds", at_least=0, at_most=TEN_YEARS)
    crontab = reading.text("crontab", longest=_LONGEST_CRONTAB) or None
    time_zone = _time_zone(reading)
    if crontab is not None:
        _judge_crontab(reading, crontab, time_zone, recurring=recurring)
    elif recurring and start == 0:
        detail = "A recurring template pauses for at least a second after each run."
        reading.refuse("startInSeconds", "minimum", detail, "Write 1 or more.")
    return Timing(start or 0, crontab, time_zone)


def _time_zone(reading: Reading) -> str:
    name = reading.text("timeZone", default="UTC")
    if name in _known_zones():
        return name
    detail = f'There is no time zone "{name}".'
    reading.refuse(
        "timeZone", "enum", detail, nearest(name, sorted(_known_zones())) or "Write it like Europe/Berlin."
    )
    return "UTC"


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _judge_crontab(reading: Reading, crontab: str, time_zone: str, *, recurring: bool) -> None:
    if not recurring:
        detail = "A crontab is for recurring templates."
        reading.refuse("crontab", "dependentRequired", detail, "Set rescheduleAfterTermination to true.")
    example = "Write five fields like 30 2 * * 1-5: minute, hour, day of month, month, day of week."
    if len(crontab.split()) != 5:
        reading.refuse("crontab", "format", "A crontab has five fields.", example)
        return
    try:
        next(CronSim(crontab, datetime.now(ZoneInfo(time_zone))))
    except CronSimError as exc:
        reading.refuse("crontab", "format", f"The crontab cannot be read or never fires: {exc}.", example)
    except StopIteration:
        reading.refuse("crontab", "format", "The crontab does not fire in the next 50 years.", example)
