"""What a handler may return: values without a JSON type are converted, or refused with their place."""

from __future__ import annotations

import json
import math
from collections import OrderedDict, namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag, StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.strict_json import MAX_DEPTH, parse_json
from handlers._results import MAX_RESULT_BYTES, ResultTooLarge, as_json, as_json_text
from handlers.context import Job
from handlers.testing import MemoryReporter, TrialOutcome

ID = UUID("0198a000-0000-7000-8000-000000000001")
Point = namedtuple("Point", "x y")


class Colour(Enum):
    RED = "red"
    BOTH = ("red", Decimal("1.5"))


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Kind(StrEnum):
    MAIL = "mail"


class Right(IntFlag):
    SEE = 1
    RUN = 2


@dataclass
class Line:
    price: Decimal
    on: date = date(2026, 1, 31)
    tags: set[str] = field(default_factory=set)


@dataclass(slots=True, frozen=True)
class Order:
    id: UUID
    lines: list[Line]


class Text(str):
    __slots__ = ()


class Whole(int):
    pass


CASES: list[tuple[str, Any, Any]] = [
    ("moment_in_utc", datetime(2026, 1, 31, 12, 0, tzinfo=UTC), "2026-01-31T12:00:00Z"),
    ("moment_elsewhere", datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")), "2026-07-01T12:00:00+02:00"),
    ("moment_without_zone", datetime(2026, 1, 31, 12, 0, 0, 5), "2026-01-31T12:00:00.000005Z"),
    ("offset_with_seconds", datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(seconds=3601))), "2025-12-31T23:59:59Z"),
    ("early_year", datetime(7, 1, 1, tzinfo=UTC), "0007-01-01T00:00:00Z"),
    ("day", date(2026, 1, 31), "2026-01-31"),
    ("time_of_day", time(9, 30), "09:30:00"),
    ("time_of_day_in_utc", time(9, 30, tzinfo=UTC), "09:30:00Z"),
    ("no_time", timedelta(), "PT0S"),
    ("duration", timedelta(days=1, hours=2, minutes=3, seconds=4, microseconds=500_000), "P1DT2H3M4.5S"),
    ("days", timedelta(days=2), "P2D"),
    ("hours_and_seconds", timedelta(hours=1, seconds=5), "PT1H5S"),
    ("negative_duration", timedelta(seconds=-90), "-PT1M30S"),
    ("shortest_duration", timedelta.min, "-P999999999D"),
    ("decimal", Decimal("10.50"), "10.50"),
    ("huge_decimal", Decimal("1E+999999"), "1E+999999"),
    ("long_decimal", Decimal("9" * 10_000), "9" * 10_000),
    ("uuid", ID, str(ID)),
    ("enum", Colour.RED, "red"),
    ("enum_of_others", Colour.BOTH, ["red", "1.5"]),
    ("int_enum", Level.HIGH, 10),
    ("str_enum", Kind.MAIL, "mail"),
    ("flags", Right.SEE | Right.RUN, 3),
    ("set", {3, 10, 2}, [2, 3, 10]),
    ("frozenset", frozenset({"b", "a"}), ["a", "b"]),
    ("set_of_decimals", {Decimal(10), Decimal(9)}, ["9", "10"]),
    ("set_of_durations", {timedelta(days=1), timedelta(hours=30)}, ["P1D", "P1DT6H"]),
    ("set_of_enums", {Level.HIGH, Level.LOW}, [1, 10]),
    ("set_of_many_kinds", {1, "1", None, 2}, ["1", 1, 2, None]),
    ("set_of_tuples", {(2, "b"), (1, "a")}, [[1, "a"], [2, "b"]]),
    ("empty_set", set(), []),
    ("tuple", (1, (2,)), [1, [2]]),
    ("namedtuple", Point(1, Decimal(2)), [1, "2"]),
    ("ordered_dict", OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    ("dataclass", Line(Decimal("1.10")), {"price": "1.10", "on": "2026-01-31", "tags": []}),
    (
        "dataclasses_in_one",
        Order(ID, [Line(Decimal(1), tags={"b", "a"})]),
        {"id": str(ID), "lines": [{"price": "1", "on": "2026-01-31", "tags": ["a", "b"]}]},
    ),
    ("subclass_of_text", Text("x"), "x"),
    ("subclass_of_int", Whole(7), 7),
    (
        "keys",
        {date(2026, 1, 31): 1, ID: 2, Decimal("1.5"): 3, Level.HIGH: 4, Colour.RED: 5, None: 6, True: 7, 2.5: 8},
        {"2026-01-31": 1, str(ID): 2, "1.5": 3, "10": 4, "red": 5, "null": 6, "true": 7, "2.5": 8},
    ),
]  # fmt: skip
_by_name = pytest.mark.parametrize(
    ("value", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)


@_by_name
def test_what_json_does_not_know_has_a_form_in_it(value: Any, expected: Any) -> None:
    found = json.loads(as_json_text(value))
    assert found == expected
    assert type(found) is type(expected)


@_by_name
def test_it_has_that_form_wherever_it_stands(value: Any, expected: Any) -> None:
    assert json.loads(as_json_text({"found": [({"in": value},)]})) == {"found": [[{"in": expected}]]}


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        (b"x", TypeError, "result is of type bytes"),
        ({"files": [{"body": b"x"}]}, TypeError, r"result.files\[0\].body is of type bytes"),
        ({"of": {1j}}, TypeError, r"result.of\[\] is of type complex"),
        (Line, TypeError, "result is of type type"),
        ({(1, 2): 3}, TypeError, "result has a key of type tuple"),
        ({Colour.BOTH: 3}, TypeError, "result has a key of type tuple"),
        ({"rate": math.nan}, ValueError, "result.rate is nan"),
        ({"rate": Decimal("-Infinity")}, ValueError, "result.rate is Decimal -Infinity"),
        ({"rate": Decimal("sNaN")}, ValueError, "result.rate is Decimal sNaN"),
        ({math.inf: 1}, ValueError, "a key of result is inf"),
        ([10**4300], ValueError, r"result\[0\] is a number of more than 4,300 digits"),
        ({1: "a", "1": "b"}, ValueError, 'result has two keys that are both "1" in JSON'),
        ({"name": "a\0b"}, ValueError, "result.name has a NUL character"),
        ({"at": {"a\0b": 1}}, ValueError, "a key of result.at has a NUL character"),
        ({"names": ["a\ud800"]}, ValueError, r"result.names\[0\] has half of a surrogate pair"),
        ({"at": {"\udfff": 1}}, ValueError, "a key of result.at has half of a surrogate pair"),
        ({"\ud83d"}, ValueError, r"result\[\] has half of a surrogate pair"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_has_no_form_is_refused_with_its_place(value: Any, kind: type[Exception], problem: str) -> None:
    with pytest.raises(kind, match=problem):
        as_json_text(value)


def test_a_ring_of_dataclasses_is_refused() -> None:
    order = Order(ID, [])
    order.lines.append(order)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="holds itself"):
        as_json_text(order)


def test_the_order_of_a_set_does_not_depend_on_chance() -> None:
    mixed = [1, "1", 2.5, None, (1, "a"), date(2026, 1, 31), frozenset({2}), Level.HIGH]
    forms = {as_json_text(set(mixed[turn:] + mixed[:turn])) for turn in range(len(mixed))}
    assert len(forms) == 1


def test_a_number_of_4300_digits_is_kept() -> None:
    assert json.loads(as_json_text(10**4300 - 1)) == 10**4300 - 1


KNOWN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)
OTHERS = (
    st.datetimes(timezones=st.none() | st.timezones())
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.uuids()
    | st.sampled_from([*Colour, *Level, *Kind, *Right])
)
HASHABLE = KNOWN | OTHERS
# A key has to have a text: Colour.BOTH is a tuple.
KEYS = HASHABLE.filter(lambda value: value is not Colour.BOTH)
RESULTS = st.recursive(
    HASHABLE | st.sets(HASHABLE) | st.builds(Line, st.decimals(allow_nan=False, allow_infinity=False)),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(KEYS, inner),
    max_leaves=20,
)


@given(RESULTS)
def test_every_result_of_known_kinds_is_json_that_every_door_takes(result: Any) -> None:
    try:
        text = as_json_text(result)
    except ValueError as exc:
        assert "two keys" in str(exc)  # noqa: PT017 - it is drawn by chance
        return
    assert parse_json(text.encode()) == as_json(result)


@given(
    st.recursive(KNOWN, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=20)
)
def test_what_is_json_already_stays_as_it_is(result: Any) -> None:
    assert json.loads(as_json_text(result)) == result


@given(st.timedeltas())
def test_a_duration_can_be_read_back(value: timedelta) -> None:
    sign, _, rest = as_json(value).partition("P")
    days, _, clock = rest.partition("T")
    found = {}
    for part in (days, clock):
        number = ""
        for character in part:
            if character.isalpha():
                found[character], number = Decimal(number), ""
            else:
                number += character
    seconds = sum(
        found.get(unit, 0) * size for unit, size in {"D": 86_400, "H": 3600, "M": 60, "S": 1}.items()
    )
    read = timedelta(microseconds=int(seconds * 1_000_000))
    assert (-read if sign else read) == value


def test_nesting_is_counted_over_all_kinds_of_containers() -> None:
    value: Any = frozenset()
    for _ in range(MAX_DEPTH - 1):
        value = frozenset({value})
    assert as_json_text(value)
    with pytest.raises(ValueError, match="more than 32 levels deep"):
        as_json_text(frozenset({value}))


class TestCheckResult:
    """`job.check_result`: rather no result than half of one."""

    job = Job(id=str(ID), attempt=1, reporter=MemoryReporter(TrialOutcome()))

    def test_it_returns_what_will_be_kept_whole(self) -> None:
        rows = ["x" * (MAX_RESULT_BYTES - 4)]
        assert self.job.check_result(rows) is rows

    def test_it_raises_for_what_would_be_cut(self) -> None:
        with pytest.raises(
            ResultTooLarge, match="the result has 262,145 bytes as JSON; more than 262,144"
        ) as raised:
            self.job.check_result(["x" * (MAX_RESULT_BYTES - 3)])
        assert raised.value.size == MAX_RESULT_BYTES + 1

    def test_it_raises_for_what_is_no_json(self) -> None:
        with pytest.raises(TypeError, match="bytes"):
            self.job.check_result(b"x")
