"""Finds what is wrong with a text that is given as a crontab, and what to write instead."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from cronsim import CronSim, CronSimError

from foundation.suggestions import nearest
from templates_app.crontab_fields import DAY, FIELDS, Unreadable, check_field
from templates_app.crontabs import NICKNAMES, firings

MAX_CRONTAB_LENGTH = 200
# A line of a crontab file, with its command, may be longer; it is accepted here to say what is wrong with it.
MAX_LINE_LENGTH = 4000
CRONTAB_EXAMPLE = "Write five fields like 30 2 * * 1-5: minute, hour, day of month, month, day of week."
_NAMES = f"Write one of {', '.join(sorted(NICKNAMES))}, or five fields."
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*=")
_LIKE_A_FIELD = re.compile(
    r"(?:[0-9*/,?#~-]|L|W|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|MON|TUE|WED|THU|FRI|SAT|SUN)+",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:[-,/].*)?")
_QUOTES = "\"'`"


class Fault(NamedTuple):
    """Holds what is wrong with a crontab (`detail`), what to write instead (`remedy`), and the API's error code."""

    detail: str
    remedy: str = CRONTAB_EXAMPLE
    code: str = "format"


def find_crontab_fault(crontab: str, time_zone: str) -> Fault | None:
    """Returns what is wrong with the crontab; None if it can be read and fires within the next 50 years."""
    text = crontab.strip()
    fault = _fault_of_line(text) or (_fault_of_name(text) if text.startswith("@") else _fault_of_fields(text))
    return fault or _fault_of_no_time(text, time_zone)


def _fault_of_line(text: str) -> Fault | None:
    """Returns the fault of an empty or quoted text, or of a comment or variable of a crontab file; else None."""
    if not text:
        return Fault("The crontab is empty.")
    if text[0] in _QUOTES:
        return Fault("The crontab stands in quotes of its own.", f"Leave {text[0]} out.")
    if text.startswith("#"):
        return Fault("This line is a comment of a crontab file.")
    variable = _VARIABLE.match(text)
    if variable and variable[1].upper() in ("TZ", "CRON_TZ"):
        remedy = "Write the zone into timeZone (of a series: time_zone), and here the five fields alone."
        return Fault("A crontab here names no time zone.", remedy)
    if variable:
        return Fault(f"This line of a crontab file sets the variable {variable[1][:60]}: it is no time.")
    return None


def _fault_of_name(text: str) -> Fault | None:
    name, *rest = text.split(maxsplit=1)
    known = name.lower()
    if known == "@reboot":
        remedy = (
            "Write a time such as @daily; or make it a system template without rescheduleAfterTermination, "
            "which runs once when it is first imported and whenever it is enabled."
        )
        return Fault("@reboot is the start of a machine, and no time: nothing here runs at it.", remedy)
    if known == "@every":
        remedy = "Instead of the crontab, give startInSeconds (of a series: every_seconds) in seconds."
        return Fault("@every is a delay, and no time.", remedy)
    if known not in NICKNAMES:
        return Fault(f"There is no {name[:60]}.", nearest(known, sorted(NICKNAMES)) or _NAMES)
    return _fault_of_command(rest[0], name) if rest else None


def _fault_of_fields(text: str) -> Fault | None:
    fields = text.split()
    if len(fields) < len(FIELDS):
        return Fault(f"A crontab has five fields; this one has {len(fields)}.")
    five, more = fields[:5], fields[5:]
    if more and len(fields) <= 7 and all(_LIKE_A_FIELD.fullmatch(field) for field in fields):
        return _fault_of_too_many(fields)
    if more:
        own = _fault_of_five(five)
        found = _fault_of_command(" ".join(more), " ".join(five))
        return Fault(f"{found.detail} And: {own.detail}", own.remedy) if own else found
    return _fault_of_five(five)


def _fault_of_five(fields: list[str]) -> Fault | None:
    length = len(" ".join(fields))
    if length > MAX_CRONTAB_LENGTH:
        detail = f"The crontab has {length} characters; {MAX_CRONTAB_LENGTH} are allowed."
        return Fault(detail, "Use ranges and steps such as 0-30 and */5.", "maxLength")
    try:
        for field, text in zip(FIELDS, fields, strict=True):
            check_field(field, text)
    except Unreadable as exc:
        return Fault(exc.detail, exc.remedy or CRONTAB_EXAMPLE)
    return None


def _fault_of_command(command: str, times: str) -> Fault:
    shown = command if len(command) <= 60 else f"{command[:57]}..."
    detail = f"Behind the times stands a command ({shown}): here a handler runs, and no command."
    return Fault(detail, f"Write {times[:MAX_CRONTAB_LENGTH]} alone.")


def _fault_of_too_many(fields: list[str]) -> Fault:
    """Returns the fault of a crontab with six or seven fields, as Quartz writes them with seconds and years."""
    number = {6: "six", 7: "seven"}[len(fields)]
    detail = f"A crontab has five fields; this one has {number}. There are no seconds and no years here."
    plain = ["*" if field == "?" else field for field in fields]
    left = plain[:5] if len(fields) == 6 and _YEAR.fullmatch(fields[5]) else plain[1:6]
    if _fault_of_five(left):
        return Fault(detail)
    counted = " Quartz counts the days of the week from 1 for Sunday; here Sunday is 0." * bool(
        re.search(r"[0-9]", left[4])
    )
    return Fault(detail, f"Write {' '.join(left)}.{counted}")


def _fault_of_no_time(text: str, time_zone: str) -> Fault | None:
    try:
        fires = list(islice(firings(text, time_zone=time_zone, after=datetime.now(UTC)), 1))
    except CronSimError as exc:
        return _fault_of_day(text, exc)
    return None if fires else Fault("The crontab does not fire in the next 50 years.")


def _fault_of_day(text: str, exc: CronSimError) -> Fault:
    """Returns the fault of a crontab that CronSim refuses, above all for a day that no month has (30 February)."""
    minute, hour, day, month, weekday = text.split()
    try:
        CronSim(f"{minute} {hour} {day} * {weekday}", datetime.now(UTC))
    except CronSimError:
        return Fault(f"The crontab cannot be read: {exc}.")
    return Fault(f"The crontab never fires: no month {month} has a day {day}.", f"Choose another {DAY.name}.")
