"""What is typed on the command line becomes a payload by the fields' JSON Schema."""

from __future__ import annotations

from typing import Any

import click
import pytest

from foundation.errors import Invalid, TooLarge
from jobs.cli.fields import read_fields, read_payload
from jobs.cli.output import printable
from templates_app.payload_schema import compile_payload_schema

FIELDS = {
    "user_id": {"type": "uint"},
    "name": {"type": "string"},
    "ratio": {"type": "float", "nullable": True},
    "urgent": {"type": "bool"},
    "filter": {"type": "options", "options": ["likes", "posts", "7"], "multiple": True},
    "markets": {"type": "options", "options": ["x,y", "x", "y", "a, b", "x,y,z"], "multiple": True},
    "market": {"type": "options", "options": ["x,y", "x"]},
    "place": {
        "type": "options",
        "options": ["x,y", "x", {"value": "a,b,c", "label": "ABC"}, "c"],
        "multiple": True,
    },
    "others": {"type": "options", "options": ["x,y", "z"], "multiple": True, "allowOther": True},
    "anything": None,
}
SCHEMA = compile_payload_schema(FIELDS, {}).json_schema


def read(*words: str) -> dict[str, Any]:
    return read_fields(words, SCHEMA)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("user_id=5", 5),
        ("user_id=-1", -1),
        ("user_id=18446744073709551616", 18446744073709551616),
        ("user_id=abc", "abc"),
        ("user_id=NaN", "NaN"),
        ("user_id=", ""),
        ("name=5", "5"),
        ("name=null", "null"),
        ("name=a=b", "a=b"),
        ("name=", ""),
        ("ratio=0.25", 0.25),
        ("ratio=null", None),
        ("urgent=true", True),
        ("urgent=No", False),
        ("urgent=perhaps", "perhaps"),
        ("anything=[1]", [1]),
        ("anything=some text", "some text"),
        ("filter=likes", ["likes"]),
        ("filter=likes, posts", ["likes", "posts"]),
        ("filter=7", ["7"]),
        ('filter=["likes"]', ["likes"]),
        ("filter=", []),
        ("markets=x,y", ["x,y"]),
        ("markets=y,x", ["y", "x"]),
        ("markets=x, y", ["x", "y"]),
        ("markets=y,x,y,z,a, b", ["y", "x,y,z", "a, b"]),
        ("market=x,y", "x,y"),
        ("place=x,y", ["x,y"]),
        ("place=x", ["x"]),
        ("place=x,c", ["x", "c"]),
        ("place=a,b,c,x,y,x", ["a,b,c", "x,y", "x"]),
        ("place=c, x,y , no", ["c", "x,y", "no"]),
        ("others=x,y", ["x,y"]),
        ("others=z,x,y,a,b", ["z", "x,y", "a", "b"]),
        ("user_id=9007199254740993.0", 9007199254740993),
        ("no_such_field=1", 1),
    ],
)
def test_it_reads_a_value_by_the_type_of_its_field(word: str, value: Any) -> None:
    name = word.partition("=")[0]
    assert read(word) == {name: value}
    assert type(read(word)[name]) is type(value)


def test_a_list_may_be_written_by_repeating_the_field() -> None:
    assert read("filter=likes", "filter=posts") == {"filter": ["likes", "posts"]}


def test_a_field_that_is_no_list_is_given_once() -> None:
    with pytest.raises(Invalid) as refused:
        read("user_id=1", "user_id=2")
    assert [(one.code, one.attr) for one in refused.value.problems] == [("duplicate_key", "payload.user_id")]


@pytest.mark.parametrize("word", ["user_id", "=5", ""])
def test_a_word_without_name_or_value_is_a_usage_error(word: str) -> None:
    with pytest.raises(click.UsageError, match="is no FIELD=VALUE"):
        read(word)


def test_fields_go_before_the_payload() -> None:
    payload = read_payload('{"user_id": 1, "name": "a"}', ["user_id=2"], SCHEMA)
    assert payload == {"user_id": 2, "name": "a"}


def test_without_anything_the_payload_is_empty() -> None:
    assert read_payload(None, [], SCHEMA) == {}


def test_a_payload_that_is_no_object_is_left_to_the_check_of_payloads() -> None:
    assert read_payload("[1]", [], SCHEMA) == [1]


def test_fields_cannot_be_added_to_a_list() -> None:
    with pytest.raises(Invalid, match="payload: The payload must be a JSON object"):
        read_payload("[1]", ["user_id=2"], SCHEMA)


def test_a_payload_comes_from_a_file(tmp_path: Any) -> None:
    file = tmp_path / "payload.json"
    file.write_text('{"user_id": 3}')
    assert read_payload(f"@{file}", [], SCHEMA) == {"user_id": 3}


def test_a_missing_file_is_a_usage_error() -> None:
    with pytest.raises(click.UsageError, match="/nowhere/x cannot be read: No such file"):
        read_payload("@/nowhere/x", [], SCHEMA)


def test_a_payload_that_is_not_json_is_refused_with_its_place() -> None:
    with pytest.raises(Invalid, match=r"payload: .*line 1, column 2"):
        read_payload("{user_id: 1}", [], SCHEMA)


@pytest.mark.parametrize(
    ("payload", "words", "attr"),
    [
        ('{"user_id": 1, "user_id": 2}', [], "payload.user_id"),
        ('{"anything": [{"a": 1, "a": 2}]}', [], "payload.anything.0.a"),
        (None, ['anything={"a": 1, "a": 2}'], "payload.anything.a"),
        (None, ['filter=[{"a": 1, "a": 2}]'], "payload.filter.0.a"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_place(
    payload: str | None, words: list[str], attr: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_payload(payload, words, SCHEMA)
    assert [(one.code, one.attr) for one in refused.value.problems] == [("duplicate_key", attr)]


def test_a_payload_over_the_limit_is_refused(settings: Any) -> None:
    settings.BODY_LIMIT = 10
    with pytest.raises(TooLarge, match="10 bytes"):
        read_payload('{"user_id": 1}', [], SCHEMA)


def test_control_characters_of_others_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[2Jb\x9b1m\rc\td\ne") == "a\\x1b[2Jb\\x9b1m\\x0dc\td\ne"
