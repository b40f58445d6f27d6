"""Builds job ids: UUIDs of version 7 that begin with `created_at`, in microseconds by the database's clock.

So ids sort by creation time, whatever the clocks of web processes say, and a filter by creation time is a range in
every index that contains the id.
"""

from __future__ import annotations

import itertools
import re
import secrets
import uuid
from datetime import UTC, datetime, timedelta

LOWEST, HIGHEST = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MAX_MILLISECONDS = 253_402_214_400_000  # the last day that a datetime can hold
_COUNTER_BITS, _RANDOM_BITS = 40, 22
_counter = itertools.count(secrets.randbits(_COUNTER_BITS - 1))


def lowest_from(time: datetime, *, later: timedelta = timedelta()) -> uuid.UUID:
    """Returns the lowest possible id of a job that was created at `time` or later, for a filter by creation time.

    `later` is added to the time; the sum may be beyond the last day that a datetime can hold.
    """
    return _lowest((time - _EPOCH + later) // _MICROSECOND)


def lowest_after(time: datetime) -> uuid.UUID:
    """Returns the lowest possible id of a job that was created later than `time`, for a filter by creation time."""
    return _lowest((time - _EPOCH) // _MICROSECOND + 1)


def _lowest(microseconds: int) -> uuid.UUID:
    milliseconds, rest = divmod(max(microseconds, 0), 1000)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | rest * 4096 // 1000 << 64)


def time_of(job_id: uuid.UUID) -> datetime:
    """Returns the creation time that an id holds, exact to the millisecond. Ids of other versions give some time."""
    return _EPOCH + timedelta(milliseconds=min(job_id.int >> 80, _MAX_MILLISECONDS))


def range_of_prefix(text: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Returns the lowest and the highest id that begin with `text`; None if that is not 4 to 32 hexadecimal digits."""
    digits = text.replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{4,32}", digits):
        return None
    return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))


def prefix_sql(at: str) -> str:
    """Returns SQL for the first 16 hexadecimal digits of ids created at the SQL time `at` (RFC 9562, 6.2, method 3)."""
    microseconds = f"(extract(epoch FROM {at}) * 1000000)::bigint"
    milliseconds = f"lpad(to_hex({microseconds} / 1000), 12, '0')"
    return f"({milliseconds} || '7' || lpad(to_hex(mod({microseconds}, 1000) * 4096 / 1000), 3, '0'))"


def new_suffix() -> str:
    """Returns the last 16 hexadecimal digits of a new id; they rise, to order jobs that a process creates at once."""
    counted = next(_counter) % (1 << _COUNTER_BITS)
    return f"{2 << 62 | counted << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS):016x}"
