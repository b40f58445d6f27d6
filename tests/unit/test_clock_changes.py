"""What clock changes do to the times of a crontab, compared with a slow and plain reading of the rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.crontabs import firings, next_time

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEP = 6 * DAY  # no zone changes twice within it
YEARS = (2011, 2026, 2037)
# The kinds that cron programs treat differently, and that are alike here.
KINDS = [
    "30 2 * * *", "*/30 2 * * *", "0 * * * *", "* * * * *", "*/7 1-3 * * *", "0,15,59 0,2,3 * * *", "0 0 * * *",
    "30 23,0,1,2 * * 0", "*/20 * 1-7 3,4,9,10,11 0", "@hourly", "@daily", "59 2 29 3 *",
]  # fmt: skip


def plain(crontab: str) -> list[set[int]]:
    """The values of each field: only stars, steps, lists, ranges and numbers."""
    five = {"@hourly": "0 * * * *", "@daily": "0 0 * * *"}.get(crontab, crontab).split()
    return [
        set().union(*(values(item, low, high) for item in field.split(",")))
        for field, (low, high) in zip(five, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True)
    ]


def values(item: str, low: int, high: int) -> set[int]:
    base, _, step = item.partition("/")
    first, _, last = base.replace("*", f"{low}-{high}").partition("-")
    return set(range(int(first), int(last or first) + 1, int(step or 1)))


def matches(wall: datetime, crontab: str, fields: list[set[int]]) -> bool:
    five = crontab.split()
    by_day, by_weekday = wall.day in fields[2], bool({wall.isoweekday(), wall.isoweekday() % 7} & fields[4])
    starred = crontab.startswith("@") or five[2].startswith("*") or five[4].startswith("*")
    day = by_day and by_weekday if starred else by_day or by_weekday
    return day and wall.month in fields[3] and wall.hour in fields[1] and wall.minute in fields[0]


def reference(crontab: str, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Minute by minute, as a clock on the wall shows them: each reading counts once, and those left out at the next."""
    fields = plain(crontab)
    at = start - 2 * DAY
    wall = at.astimezone(zone).replace(tzinfo=None)
    furthest = wall - MINUTE
    while at < end:
        wall = at.astimezone(zone).replace(tzinfo=None)
        due = False
        while furthest < wall:
            furthest += MINUTE
            due = matches(furthest, crontab, fields) or due
        if due and at > start:
            yield at
        at += MINUTE


def offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


@cache
def changes() -> list[tuple[str, datetime]]:
    """(zone, the minute of a change) of all zones in these years; zones that change alike stand once."""
    found: dict[tuple[object, ...], tuple[str, datetime]] = {}
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        zone = ZoneInfo(name)
        for year in YEARS:
            for day in (
                datetime(year, 1, 1, tzinfo=UTC) + number * STEP for number in range(366 // STEP.days + 1)
            ):
                if offset(zone, day) != offset(zone, day + STEP):
                    at = minute_of_change(zone, day)
                    found.setdefault((at, offset(zone, at - MINUTE), offset(zone, at)), (name, at))
    return list(found.values())


def minute_of_change(zone: ZoneInfo, low: datetime) -> datetime:
    old, high = offset(zone, low), low + STEP
    while high - low > MINUTE:
        middle = low + (high - low) // MINUTE // 2 * MINUTE
        low, high = (middle, high) if offset(zone, middle) == old else (low, middle)
    return high


def found(crontab: str, zone: str, start: datetime, end: datetime) -> list[datetime]:
    times: list[datetime] = []
    for firing in firings(crontab, time_zone=zone, after=start):
        if firing.at >= end:
            return times
        times.append(firing.at)
    return times


def agree(crontab: str, zone: str, start: datetime, end: datetime) -> None:
    assert found(crontab, zone, start, end) == list(reference(crontab, ZoneInfo(zone), start, end))


def test_there_are_gaps_and_repeats_of_many_lengths() -> None:
    lengths = {
        (offset(ZoneInfo(zone), at) or DAY) - (offset(ZoneInfo(zone), at - MINUTE) or DAY)
        for zone, at in changes()
    }
    assert {HOUR, -HOUR, HOUR / 2, -HOUR / 2, DAY} <= lengths


@pytest.mark.parametrize("crontab", KINDS)
def test_the_rule_holds_at_changes_of_every_length(crontab: str) -> None:
    lengths: dict[object, tuple[str, datetime]] = {}
    for zone, at in changes():
        before, after = offset(ZoneInfo(zone), at - MINUTE), offset(ZoneInfo(zone), at)
        lengths.setdefault((before is not None and after is not None and after - before), (zone, at))
    for zone, at in lengths.values():
        agree(crontab, zone, at - 4 * HOUR, at + 4 * HOUR)


@pytest.mark.long
def test_the_rule_holds_at_every_change_of_every_zone_of_some_years() -> None:
    for number, (zone, at) in enumerate(changes()):
        for crontab in KINDS[number % 2 :: 2]:
            agree(crontab, zone, at - 3 * HOUR, at + 3 * HOUR)


NUMBERS = {0: (0, 59), 1: (0, 23), 2: (1, 31), 3: (1, 12), 4: (0, 6)}


@st.composite
def crontabs(draw: st.DrawFn) -> str:
    def field(place: int) -> str:
        low, high = NUMBERS[place]
        number = st.integers(low, high)
        return draw(
            st.one_of(
                st.just("*"),
                st.integers(1, high).map(lambda step: f"*/{step}"),
                st.lists(number.map(str), min_size=1, max_size=3).map(",".join),
                st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}"),
            )
        )

    days = draw(st.booleans())
    return " ".join([field(0), field(1), *([field(2), "*", field(4)] if days else ["*", "*", "*"])])


@given(
    crontab=crontabs(), pick=st.integers(0, 10**6), hours=st.integers(-30, 30), seconds=st.integers(0, 3599)
)
def test_any_crontab_from_any_moment_near_a_change(crontab: str, pick: int, hours: int, seconds: int) -> None:
    zone, change = changes()[pick % len(changes())]
    start = change + hours * HOUR + timedelta(seconds=seconds)
    end = start + 30 * HOUR
    expected = next((at for at in reference_from(crontab, zone, start, end)), None)
    got = next_time(crontab, time_zone=zone, after=start)
    assert got == expected if expected else got >= end


def reference_from(crontab: str, zone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    whole = start.replace(second=0)
    return (at for at in reference(crontab, ZoneInfo(zone), whole, end) if at > start)


BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


def shown(crontab: str, change: datetime, zone: str = "Europe/Berlin") -> list[str]:
    """The local times within four hours around a change, with what is said of each."""
    near: list[str] = []
    for firing in firings(crontab, time_zone=zone, after=change - 2 * HOUR - MINUTE):
        if firing.at > change + 2 * HOUR:
            return near
        local = firing.at.astimezone(ZoneInfo(zone))
        near.append(f"{local:%H:%M%z}" + ("!" if firing.note else ""))
    return near


@pytest.mark.parametrize(
    ("crontab", "spring", "autumn"),
    [
        ("30 2 * * *", ["03:00+0200!"], ["02:30+0200!"]),
        ("*/30 2 * * *", ["03:00+0200!"], ["02:00+0200!", "02:30+0200!"]),
        (
            "0,30 2,3 * * *",
            ["03:00+0200!", "03:30+0200"],
            ["02:00+0200!", "02:30+0200!", "03:00+0100", "03:30+0100"],
        ),
        (
            "0 * * * *",
            ["00:00+0100", "01:00+0100", "03:00+0200!", "04:00+0200", "05:00+0200"],
            ["01:00+0200", "02:00+0200!", "03:00+0100", "04:00+0100"],
        ),
    ],
)
def test_times_that_the_clock_skips_run_once_after_it_and_repeated_ones_the_first_time(
    crontab: str, spring: list[str], autumn: list[str]
) -> None:
    assert shown(crontab, SPRING) == spring
    assert shown(crontab, AUTUMN) == autumn


def test_a_day_that_is_left_out_runs_once_when_the_next_begins() -> None:
    """Samoa went over the date line at the end of 29 December 2011."""
    change = datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert shown("0 9,12,15 * * *", change, "Pacific/Apia") == ["00:00+1400!"]


def test_a_note_names_the_time_that_was_meant() -> None:
    skipped = next(firings("30 2 * * *", time_zone="Europe/Berlin", after=SPRING - HOUR)).note
    twice = next(firings("30 2 * * *", time_zone="Europe/Berlin", after=AUTUMN - 2 * HOUR)).note
    assert skipped == "02:30 is left out on this day, because the clocks go forward: it runs right after."
    assert twice == "02:30 comes twice on this day, because the clocks go back: it runs the first time only."
