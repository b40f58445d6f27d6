"""Checks each of the five fields of a crontab, and explains what is wrong with a field that cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NUMBER = re.compile(r"[0-9]+")
_RANGE = re.compile(r"([0-9]+|[A-Za-z]+)-([0-9]+|[A-Za-z]+)")
_NAME = re.compile(r"[A-Za-z]{3,}")
_LAST_WEEKDAY = re.compile(r"[0-7]L")
_NTH_WEEKDAY = re.compile(r"(.+)#([1-5])")
MAX_SHOWN_CHARACTERS = 60


class Unreadable(Exception):
    """Raised for an invalid crontab field. If `remedy` is empty, the caller shows an example of a crontab instead."""

    def __init__(self, detail: str, remedy: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Field:
    """Describes one of a crontab's five fields: its name, its lowest and highest number, and names such as JAN."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    @property
    def takes(self) -> str:
        """Returns a sentence with the numbers and names that this crontab field accepts, for error messages."""
        listed = f", or {', '.join(self.names)}" if self.names else ""
        return f"Write {self.low} to {self.high}{listed}."


MINUTE = Field("minute", 0, 59)
HOUR = Field("hour", 0, 23)
DAY = Field("day of month", 1, 31)
MONTH = Field("month", 1, 12, MONTHS)
WEEKDAY = Field("day of week", 0, 7, WEEKDAYS)
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)


def check_field(field: Field, text: str) -> None:
    """Raises Unreadable, with what is wrong and what to write instead, if the text is no valid crontab field."""
    if not text.isascii():
        strange = next(character for character in text if not character.isascii())
        detail = f'The {field.name} has the character "{strange}", which a crontab does not know.'
        raise Unreadable(detail, "Write digits, * , - and / as on a keyboard.")
    for item in text.split(","):
        if not item:
            shown = text[:MAX_SHOWN_CHARACTERS]
            raise Unreadable(f'The {field.name} "{shown}" has nothing before or behind one of its commas.')
        _check_item(field, item)


def _check_item(field: Field, item: str) -> None:
    if _is_special(field, item.upper()):
        return
    base, slash, step = item.partition("/")
    if slash and not (_NUMBER.fullmatch(step) and int(step[:9])):
        detail = f'The {field.name} "{item[:MAX_SHOWN_CHARACTERS]}" has no number above 0 behind its slash.'
        raise Unreadable(detail, "Write a step like */5.")
    if base == "*":
        return
    bounds = _RANGE.fullmatch(base)
    if bounds is None:
        _parse_value(field, base)
        return
    first, last = _parse_value(field, bounds[1]), _parse_value(field, bounds[2])
    if last < first:
        raise _backwards_range(field, item, first, last, int(step[:9]) if slash else 1)


def _is_special(field: Field, item: str) -> bool:
    """Returns True for L and LW as day of month, and for 5L (last Friday) and 1#2 (second Monday) as day of week.

    Returns False for an item without such special characters. Raises Unreadable for special characters that only other
    programs accept, such as Quartz and Jenkins.
    """
    if field is DAY and item in ("L", "LW"):
        return True
    if field is WEEKDAY and _LAST_WEEKDAY.fullmatch(item):
        return True
    nth = _NTH_WEEKDAY.fullmatch(item) if field is WEEKDAY else None
    if nth:
        _parse_value(field, nth[1])
        return True
    if "?" in item:
        detail = f"The {field.name} has a ?, which is Quartz's word for any."
        raise Unreadable(detail, "Write * instead of ?.")
    if "#" in item:
        detail = f"The {field.name} has a #, which stands in the day of week alone."
        raise Unreadable(
            detail, "Write 1#2 in the day of week for the second Monday of a month, 1#5 for the fifth."
        )
    if "~" in item:
        detail = f"The {field.name} has a ~ for a time by chance, which is not known here."
        raise Unreadable(detail, "Choose a number.")
    if item == "H" or item.startswith(("H/", "H(")):
        detail = f"The {field.name} has an H, which is Jenkins' word for a time that it chooses."
        raise Unreadable(detail, "Choose a number, or * and a step such as */15.")
    _refuse_letters(field, item)
    return False


def _refuse_letters(field: Field, item: str) -> None:
    """Raises Unreadable for a crontab item with L or W in a place where only Quartz accepts these letters."""
    letters = re.sub(r"[^A-Z]", "", item)
    if letters not in ("L", "W", "LW", "WL") and not (
        field is WEEKDAY and item[:-1] in WEEKDAYS and item[-1] == "L"
    ):
        return
    if "W" in letters:
        detail = f"The {field.name} has a W, Quartz's word for the weekday that is nearest to a date."
        raise Unreadable(
            detail, "Write LW in the day of month for the last weekday of a month, else the day itself."
        )
    detail = f"The {field.name} has an L, which is not known in this place."
    raise Unreadable(
        detail,
        "Write L in the day of month for its last day, 5L in the day of week for the month's last Friday.",
    )


def _parse_value(field: Field, text: str) -> int:
    if _NUMBER.fullmatch(text):
        number = int(text[:9])
        if not field.low <= number <= field.high:
            detail = f"The {field.name} is {text[:MAX_SHOWN_CHARACTERS]}; it goes from {field.low} to {field.high}."
            raise Unreadable(detail, field.takes)
        return number
    name = text.upper()
    if name in field.names:
        return field.names.index(name) + (1 if field is MONTH else 0)
    if _NAME.fullmatch(text) and name[:3] in field.names:
        raise Unreadable(f'The {field.name} is "{text[:MAX_SHOWN_CHARACTERS]}".', f"Write {name[:3]}.")
    for other in FIELDS:
        if name[:3] in other.names:
            raise Unreadable(
                f'"{text[:MAX_SHOWN_CHARACTERS]}" stands in the place of the {field.name}; it is a {other.name}.'
            )
    raise Unreadable(f'The {field.name} "{text[:MAX_SHOWN_CHARACTERS]}" cannot be read.', field.takes)


def _backwards_range(field: Field, item: str, first: int, last: int, step: int) -> Unreadable:
    """Returns the error for a range such as 22-4; it proposes two ranges, or a list of values if there is a step."""
    detail = f"The {field.name} {item[:MAX_SHOWN_CHARACTERS]} runs backwards: its end is before its start."
    if field is WEEKDAY and last == 0:
        return Unreadable(detail, f"Write {first}-7{f'/{step}' if step > 1 else ''}: Sunday is 7, too.")
    end = 6 if field is WEEKDAY else field.high
    if step > 1:
        values = [*range(first, end + 1), *range(field.low, last + 1)][::step]
        return Unreadable(detail, f"Write {','.join(map(str, values))}.")
    return Unreadable(detail, f"Write {_format_range(first, end)},{_format_range(field.low, last)}.")


def _format_range(first: int, last: int) -> str:
    return str(first) if first >= last else f"{first}-{last}"
