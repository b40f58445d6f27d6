"""Defines the formats of texts as regular expressions that mean the same to every engine, in Python and in browsers.

Tests compare the UI's copy with these. Dates are real calendar days; date-times follow RFC 3339 and have a time zone;
times of day may omit the zone; durations are ISO 8601 without fractions; a uri is an absolute http or https address.
"""

from __future__ import annotations

_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = (
    "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"  # 0000 is no year
)
_DATE = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
_HOUR_AND_MINUTE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SECOND = r":[0-5][0-9](?:\.[0-9]{1,9})?"
_ZONE = f"(?:Z|[+-]{_HOUR_AND_MINUTE})"
_N = "[0-9]{1,9}"
_DAYS = f"(?:{_N}Y(?:{_N}M)?(?:{_N}D)?|{_N}M(?:{_N}D)?|{_N}D)"
_HOURS = f"T(?:{_N}H(?:{_N}M)?(?:{_N}S)?|{_N}M(?:{_N}S)?|{_N}S)"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_NAME = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_NAME}(?:\.{_NAME})*|\[[0-9A-Fa-f:.]{{2,45}}\])"
_URL_CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})"

FORMATS = {
    "date": f"^{_DATE}$",
    "time": f"^{_HOUR_AND_MINUTE}(?:{_SECOND})?{_ZONE}?$",
    "date-time": f"^{_DATE}T{_HOUR_AND_MINUTE}{_SECOND}{_ZONE}$",
    "duration": f"^P(?:{_N}W|{_DAYS}(?:{_HOURS})?|{_HOURS})$",
    "email": rf"^{_ATOM}(?:\.{_ATOM})*@{_NAME}(?:\.{_NAME})*$",
    "uri": (
        rf"^[Hh][Tt][Tt][Pp][Ss]?://(?:[A-Za-z0-9._~!$&'()*+,;=:%-]+@)?{_HOST}(?::[0-9]{{1,5}})?"
        rf"(?:[/?]{_URL_CHARACTER}*)?(?:#{_URL_CHARACTER}*)?$"
    ),
}
