"""Secret values are found in texts and JSON values, in each spelling in which programs write them."""

from __future__ import annotations

import base64
import html
import json
import math
import time
from collections.abc import Callable
from itertools import product
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest

from foundation.masking import MARKER
from foundation.masking.masking import Masking
from foundation.masking.unquoted import Unquoted

KEY = 'p"a\\ss wörd/1?'
HOSTILE = [
    "abcd",
    "correct horse battery staple",
    "error",  # an ordinary word
    "[a-z]+(.*)|^$\\b{2}",
    "'single' and \"double\"",
    "tab\tand\x0bothers\x1b[0m",
    "$encrypted$",
    "50% off %41%zz",
    "日本語のパスワード",
    "a" * 65_536,
    "(a+)+" * 13_000,
    "x" * 63,
    "y" * 64,
    "z" * 65,
]
LONG = "".join(chr(33 + number**3 % 89) + chr(33 + number % 83) for number in range(1500))
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "repr": repr,
    "repr of bytes": lambda text: repr(text.encode()),
    "ascii": ascii,
    "quoted": lambda text: quote(text, safe=""),
    "quoted, slashes kept": quote,
    "quoted, small letters": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%C3", "%c3"),
    "quoted as browsers do": lambda text: quote(text, safe="!'()*~-_."),
    "a form": quote_plus,
    "HTML": html.escape,
    "HTML, quotes kept": lambda text: html.escape(text, quote=False),
    "HTML, quotes by number": lambda text: (
        html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    ),
    "repr in HTML": lambda text: html.escape(repr(text)),
}


def encode(data: bytes, *, urlsafe: bool, padded: bool) -> str:
    text = (base64.urlsafe_b64encode if urlsafe else base64.b64encode)(data).decode()
    return text if padded else text.rstrip("=")


@pytest.mark.parametrize("secret", [KEY, *HOSTILE], ids=lambda secret: ascii(secret[:12]))
def test_it_is_cut_out_of_a_line_in_each_spelling(secret: str) -> None:
    masking = Masking([secret])
    for name, spell in SPELLINGS.items():
        written = spell(secret)
        redacted = masking.redact_text(f"key: {written} ; {written}")
        assert redacted.startswith("key: "), name
        assert redacted.count(MARKER) == 2, name
        assert written.strip("\"'b\\") not in redacted.replace(MARKER, "\0"), name


@pytest.mark.parametrize(
    "secret", [KEY, "abcd", "日本語のパスワード", "k" * 5000], ids=lambda secret: ascii(secret[:12])
)
@pytest.mark.parametrize("urlsafe", [False, True])
@pytest.mark.parametrize("padded", [False, True])
def test_it_is_cut_out_of_base64_wherever_it_stands_in_it(secret: str, urlsafe: bool, padded: bool) -> None:
    masking = Masking([secret])
    for before, behind in product(("", "u:", "us:", "use:"), ("", "1", "12", "123")):
        encoded = encode(f"{before}{secret}{behind}".encode(), urlsafe=urlsafe, padded=padded)
        redacted = masking.redact_text(f"Authorization: Basic {encoded}")
        assert redacted.count(MARKER) == 1
        left = redacted.removeprefix("Authorization: Basic ").replace(MARKER, "").rstrip("=")
        # Besides there stand only the digits of its neighbours, whole or in part.
        assert len(left) <= math.ceil(len(before) * 4 / 3) + math.ceil(len(behind) * 4 / 3 + 2 / 3)


def test_base64_that_a_program_wrapped_into_lines_is_cut_out_but_for_its_edges() -> None:
    redaction = Masking([LONG])
    lines = base64.encodebytes(LONG.encode()).decode().splitlines()
    assert {redaction.redact_text(line) for line in lines[:-1]} == {MARKER}


def test_a_long_part_of_a_long_secret_is_cut_out() -> None:
    assert Masking([LONG]).redact_text(f"<{LONG[701:801]}>") == f"<{MARKER}>"


def test_each_line_of_a_value_is_found_by_itself() -> None:
    masking = Masking(["-----BEGIN-----\nc2VjcmV0\r\n}\n"])
    assert masking.redact_text("  c2VjcmV0") == f"  {MARKER}"
    assert masking.redact_text("{}") == "{}"


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("Bearer abcd.efgh", "abcd.efgh"),
        ("bearer  abcd.efgh", "abcd.efgh"),
        ("Token 0123456789", "0123456789"),
        ("Authorization: Bearer abcd.efgh", "abcd.efgh"),
        ("Basic dXNlcjpodW50ZXIy", "dXNlcjpodW50ZXIy"),
        ("Basic dXNlcjpodW50ZXIy", "user:hunter2"),
        ("Basic dXNlcjpodW50ZXIy", "hunter2"),
        ("https://ann:p%40ss1@db.example/x", "p@ss1"),
        ("https://ann:p%40ss1@db.example/x", "p%40ss1"),
        ("https://ann:p%40ss1@db.example/x", "ann:p%40ss1"),
        ("https://t0ken@db.example/x", "t0ken"),
        ("https://db.example/x?key=ab%20cd&n=1", "ab cd"),
        ("https://db.example/x?key=ab%20cd&n=1", "ab%20cd"),
        ("  padded  ", "padded"),
    ],
)
def test_what_programs_use_of_a_value_is_found_by_itself(secret: str, told: str) -> None:
    assert Masking([secret]).redact_text(f"got {told}.") == f"got {MARKER}."


def test_the_name_in_an_address_with_a_password_and_its_host_stay() -> None:
    text = "ann at db.example"
    assert Masking(["https://ann:p%40ss1@db.example/x"]).redact_text(text) == text


@pytest.mark.parametrize("secret", ["", "a", "abc", "   ", "\n\n\n\n\n", "1"])
def test_what_is_too_short_or_blank_destroys_no_ordinary_text(secret: str) -> None:
    text = "a      abc 1 \n\n\n\n\n\n"
    assert Masking([secret]).redact_text(text) == text


def test_of_two_values_one_inside_the_other_the_longer_is_cut_out() -> None:
    assert Masking(["abcd", "abcdef"]).redact_text("abcdef abcd") == f"{MARKER} {MARKER}"


def test_of_two_values_that_overlap_nothing_is_left() -> None:
    assert Masking(["abcdefgh", "efghijkl"]).redact_text("<abcdefghijkl>") == f"<{MARKER}>"


def test_values_are_cut_out_of_json_names_and_numbers_too() -> None:
    masking = Masking(["s3cret", "4711", "12.50"])
    value = {"s3cret": [{"a": "my s3cret"}, 4711, 4711.0, 12.5, 47110, True, None]}
    assert masking.redact_json(value) == {
        MARKER: [{"a": f"my {MARKER}"}, MARKER, MARKER, MARKER, 47110, True, None]
    }


def test_a_number_of_less_digits_and_true_are_not_taken_for_a_secret() -> None:
    assert Masking(["0001"]).redact_json([1, True, "0001"]) == [1, True, MARKER]


def test_without_values_nothing_changes() -> None:
    value = {"a": [1, "b", None, 1.5]}
    assert Masking().redact_json(value) == value


def test_texts_that_are_no_unicode_are_searched_too() -> None:
    assert Masking(["s3cret"]).redact_text("\ud800 s3cret \udfff") == f"\ud800 {MARKER} \udfff"
    assert Masking(["ab\ud800cd"]).redact_text("x ab\ud800cd") == f"x {MARKER}"


def test_another_masking_can_be_applied_with_it() -> None:
    masking = Masking(["s3cret"], also=Masking(["of the platform", "4711"]))
    assert masking.redact_json(["s3cret of the platform", 4711]) == [f"{MARKER} {MARKER}", MARKER]


def test_a_query_that_a_program_made_of_it_is_masked() -> None:
    query = urlencode({"token": KEY, "n": 1})
    assert Masking([KEY]).redact_text(query) == f"token={MARKER}&n=1"


@pytest.mark.parametrize("value", [["s3cret"], {"s3cret": 1}])
def test_a_json_value_is_not_changed_in_place(value: Any) -> None:
    before = json.dumps(value)
    Masking(["s3cret"]).redact_json(value)
    assert json.dumps(value) == before


def test_a_long_text_of_escapes_of_urls_is_read_in_time_that_grows_with_its_length() -> None:
    def measure(characters: int) -> float:
        began = time.process_time()
        Unquoted("%41" * characters)
        return time.process_time() - began

    assert measure(600_000) < 100 * min(measure(30_000) for _ in range(3))
