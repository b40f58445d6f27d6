"""docs/handlers.md lists the keys of a template and the types of payload fields as the code has them."""

from __future__ import annotations

import json

from templates_app.documents import OPTIONAL_KEYS, REQUIRED_KEYS
from templates_app.payload_schema import compile_payload_schema
from templates_app.payload_schema.fields import ITEM_KEYS, SHARED_KEYS, TYPES
from tests.support import pages

PAGE = "docs/handlers.md"


def test_every_key_of_a_template_is_explained_the_required_ones_first() -> None:
    explained = [
        row[0].strip("`") for row in pages.parse_rows(pages.read_section(PAGE, "The template's keys"))
    ]
    assert explained[: len(REQUIRED_KEYS)] == list(REQUIRED_KEYS)
    assert set(explained) == {*REQUIRED_KEYS, *OPTIONAL_KEYS}


def test_every_type_of_field_is_there_with_its_own_keys() -> None:
    types = [row for row in pages.parse_rows(pages.read_section(PAGE, "Fields")) if len(row) == 3]
    assert {row[0].strip("`"): pages.parse_names(row[1]) for row in types} == {
        name: list(kind.keys) for name, kind in TYPES.items()
    }


def test_the_keys_that_all_types_share_are_there() -> None:
    shared = [row for row in pages.parse_rows(pages.read_section(PAGE, "Fields")) if len(row) == 2]
    assert [row[0].strip("`") for row in shared] == list(SHARED_KEYS)


def test_the_keys_of_an_arrays_items_are_named() -> None:
    (sentence,) = [
        line for line in pages.read_section(PAGE, "Fields").splitlines() if line.startswith("At an array's")
    ]
    assert pages.parse_names(sentence)[1:] == list(ITEM_KEYS)


def test_the_example_has_a_field_of_each_type() -> None:
    text = pages.read_section(PAGE, "A field of each type").split("```")[1].removeprefix("json")
    fields = json.loads(text)
    assert {field["type"] for field in fields.values()} | {"object"} == set(TYPES)
    compile_payload_schema(fields, {})
