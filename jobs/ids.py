"""A job's id is a UUID of version 7 that holds its `created_at`, to the microsecond and by the database's clock.

So ids sort as those times do, whatever the clocks of web processes say, and a time in a filter is a place in every
index that has the id.
"""

from __future__ import annotations

import itertools
import re
import secrets
import uuid
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COUNTER_BITS, _RANDOM_BITS = 40, 22
_made = itertools.count(secrets.randbits(_COUNTER_BITS - 1))


def lowest_from(time: datetime) -> uuid.UUID:
    """Jobs that were created then or later have this id or a higher one, all others a lower one."""
    return _lowest((time - _EPOCH) // _MICROSECOND)


def lowest_after(time: datetime) -> uuid.UUID:
    """Likewise for jobs that were created later than that."""
    return _lowest((time - _EPOCH) // _MICROSECOND + 1)


def _lowest(microseconds: int) -> uuid.UUID:
    milliseconds, rest = divmod(max(microseconds, 0), 1000)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | rest * 4096 // 1000 << 64)


def that_begin_with(text: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The first and the last id that begin so; None for what is no beginning of an id, of four digits at least."""
    digits = text.replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{4,32}", digits):
        return None
    return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))


def start_in_sql(at: str) -> str:
    """The first half of the ids of that time, in hexadecimal. As `_lowest`: RFC 9562, section 6.2, method 3."""
    microseconds = f"(extract(epoch FROM {at}) * 1000000)::bigint"
    milliseconds = f"lpad(to_hex({microseconds} / 1000), 12, '0')"
    return f"({milliseconds} || '7' || lpad(to_hex(mod({microseconds}, 1000) * 4096 / 1000), 3, '0'))"


def new_end() -> str:
    """The second half. It rises within a process: of jobs of one moment the one that was made later sorts later."""
    counted = next(_made) % (1 << _COUNTER_BITS)
    return f"{2 << 62 | counted << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS):016x}"
