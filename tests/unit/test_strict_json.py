"""JSON is refused where Postgres or a parser would fail on it, and numbers are never rounded."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from foundation.errors import Invalid
from foundation.strict_json import MAX_DEPTH, dump_json, is_too_deep, parse_json

ID = uuid.UUID("0199d6a0-0000-7000-8000-000000000001")
BIG = 2**64 + 1


def refusal(raw: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        parse_json(raw)
    (problem,) = caught.value.problems
    assert problem.code == "parse_error"
    return problem.detail


def doubled(raw: bytes) -> list[str | None]:
    with pytest.raises(Invalid) as caught:
        parse_json(raw)
    assert {problem.code for problem in caught.value.problems} == {"duplicate_key"}
    return [problem.attr for problem in caught.value.problems]


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("raw", [b'{"a": [1, 2.5, "x", null, true]}', b"[]", b'"text"', b"7"])
def test_it_reads_json(raw: bytes) -> None:
    assert parse_json(raw) == json.loads(raw)


def test_whole_numbers_of_any_size_keep_every_digit() -> None:
    assert parse_json(b"123456789012345678901234567890") == 123456789012345678901234567890


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9007199254740993.0", 2**53 + 1),
        ("-9007199254740993.00", -(2**53) - 1),
        ("9.007199254740993e15", 2**53 + 1),
        ("900719925474099301E-2", 9007199254740993.01),
        ("123456789012345678901234567890123456789012345.0", 123456789012345678901234567890123456789012345),
        ("9007199254740992.0", 2**53),
        ("1000000000000000000.0", 10**18),
        ("1e23", 1e23),
        ("1.5", 1.5),
        ("1.0", 1.0),
    ],
)
def test_a_whole_number_keeps_its_digits_however_it_is_written(text: str, value: Any) -> None:
    back = parse_json(text.encode())
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize(
    ("raw", "attrs"),
    [
        (b'{"a": 1, "a": 1}', ["a"]),
        (b'{"a": 1, "b": 2, "a": 3, "b": 4, "a": 5}', ["a", "b"]),
        (b'{"x": {"y": [0, {"z": 1, "z": 2}]}}', ["x.y.1.z"]),
        (b'[{"a": {}, "a": {}}]', ["0.a"]),
        (rb'{"a": 1, "\u0061": 2}', ["a"]),
        (b'{"": 1, "": 2}', [""]),
        (b'{"a": {"b": 1, "b": 2}, "a": 3}', ["a"]),
        (rb'{"\ud800\u0000": 1, "\ud800\u0000": 2}', ["??"]),
    ],
    ids=["twice", "two keys", "deep", "in a list", "escaped", "no name", "inside one of two", "unwritable"],
)
def test_a_key_that_stands_twice_in_an_object_is_reported_with_its_path(raw: bytes, attrs: list[str]) -> None:
    assert doubled(raw) == attrs


def test_of_many_doubled_keys_some_are_reported() -> None:
    pairs = b",".join(b'"%s": 1' % (b"k" * length) for length in range(3, 3000) for _ in range(2))
    reported = doubled(b"{" + pairs + b"}")
    assert len(reported) == 10
    assert max(len(attr or "") for attr in reported) <= 200


def test_the_same_key_in_two_objects_is_no_doubled_one() -> None:
    assert parse_json(b'[{"a": 1}, {"a": {"a": 2}}]') == [{"a": 1}, {"a": {"a": 2}}]


def test_a_doubled_key_before_a_fault_is_reported_as_the_fault() -> None:
    assert "not JSON" in refusal(b'{"a": 1, "a": 2')


def test_malformed_json_is_reported_with_its_place() -> None:
    assert refusal(b'{"a":\n 1,}').startswith("The body is not JSON: line 2, column")


@pytest.mark.parametrize("raw", [b"{", b'{"a" 1}', b"'x'", b"{} {}", b'{"a": 01}', b"nul", b"[1,]"])
def test_malformed_json_is_refused(raw: bytes) -> None:
    assert "not JSON" in refusal(raw)


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_no_json_number_is_refused_by_name(word: bytes) -> None:
    assert word.decode() in refusal(b'{"a": ' + word + b"}")


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert "digits" in refusal(b"9" * 5000)


def test_bytes_that_are_not_utf_8_are_refused_with_their_place() -> None:
    assert "byte 7" in refusal(b'{"a": "\xff"}')


def test_a_byte_order_mark_is_refused_and_not_a_crash() -> None:
    assert "byte order mark" in refusal(b"\xef\xbb\xbf{}")


@pytest.mark.parametrize("raw", [rb'{"a": "x\u0000"}', rb'{"\u0000": 1}', rb'[["\u0000"]]'])
def test_a_nul_character_is_refused(raw: bytes) -> None:
    assert "NUL" in refusal(raw)


@pytest.mark.parametrize("raw", [rb'"\ud800"', rb'{"\udfff": 1}', rb'["a\ud83d b"]'])
def test_half_a_surrogate_pair_is_refused(raw: bytes) -> None:
    assert "surrogate" in refusal(raw)


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert parse_json(rb'"\ud83d\ude00"') == "\U0001f600"


def test_a_text_that_only_spells_a_nul_is_a_text() -> None:
    assert parse_json(rb'"\\u0000"') == r"\u0000"


def test_it_reads_as_deep_as_the_limit_and_no_deeper() -> None:
    parse_json(nested(MAX_DEPTH))
    assert f"deeper than {MAX_DEPTH}" in refusal(nested(MAX_DEPTH + 1))
    assert "deeper" in refusal(nested(100_000))
    assert "deeper" in refusal(b'{"a":' * 40 + b"1" + b"}" * 40)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert parse_json(b"[" + b",".join([b"[]"] * 100) + b"]") == [[]] * 100


def test_brackets_inside_of_texts_are_not_depth() -> None:
    raw = json.dumps(["[" * 100, '"' + "{" * 100, "\\"]).encode()
    assert parse_json(raw)[0] == "[" * 100


@pytest.mark.parametrize("filling", [b'\\"', b'"', b"\\\\", b'"\\', b"[]", b'"["'])
def test_judging_the_depth_takes_time_in_proportion_to_the_body(filling: bytes) -> None:
    raw = b"[]" * 40 + b'"' + filling * (300_000 // len(filling))
    began = time.process_time()
    is_too_deep(raw)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "value",
    [BIG, -BIG, [BIG], {"a": {"b": BIG}}, 2**53 + 1, 1.5, 1.0, "ü", None, {"1": True}],
    ids=str,
)
def test_what_is_written_is_read_back_unrounded(value: Any) -> None:
    back = json.loads(dump_json(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("beside", [None, BIG], ids=["fast", "with a big number"])
def test_times_end_in_z_and_ids_are_texts(beside: Any) -> None:
    time_in_utc = datetime(2026, 1, 31, 12, tzinfo=UTC)
    elsewhere = datetime(2026, 1, 31, 14, tzinfo=timezone(timedelta(hours=2)))
    written = json.loads(dump_json({"at": time_in_utc, "id": ID, "other": elsewhere, "n": beside}))
    assert written["at"] == "2026-01-31T12:00:00Z"
    assert written["id"] == str(ID)
    assert datetime.fromisoformat(written["other"]) == time_in_utc
