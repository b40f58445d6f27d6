"""Whatever a secret value is and whatever stands around it: no spelling of it stays in a text."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from foundation.masking import MARKER
from foundation.masking.masking import Masking

# Half a surrogate pair has no UTF-8, so no program can have sent it.
characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=40)
secrets = st.one_of(
    st.text(characters, min_size=4, max_size=20),
    st.text("ab'\"\\%+/\n\t {}=&é", min_size=4, max_size=200),
    st.integers(4, 3000).map(lambda size: ("correct horse " * 300)[:size]),
).filter(lambda text: len(text.strip()) >= 4)
SPELLINGS: list[Callable[[str], str]] = [
    str,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: repr(text)[1:-1],
    lambda text: ascii(text)[1:-1],
    lambda text: quote(text, safe=""),
    lambda text: quote(text),
    lambda text: quote_plus(text),
    lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
]


def without_markers(text: str) -> str:
    return text.replace(MARKER, "\N{OBJECT REPLACEMENT CHARACTER}")


@pytest.mark.parametrize("spell", SPELLINGS)
@given(secret=secrets, before=texts, behind=texts)
@example(secret="0000", before="0", behind="0")
@example(secret="$encrypted$", before="", behind="")
def test_no_spelling_of_it_stays(spell: Callable[[str], str], secret: str, before: str, behind: str) -> None:
    written = spell(secret)
    redacted = without_markers(Masking([secret]).redact_text(before + written + behind))
    assert written not in redacted
    assert secret not in redacted


@given(secret=secrets, before=st.binary(max_size=8), behind=st.binary(max_size=8), urlsafe=st.booleans())
def test_base64_of_it_can_no_longer_be_decoded(
    secret: str, before: bytes, behind: bytes, urlsafe: bool
) -> None:
    assume(len(secret.encode()) > 8)
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    encoded = encode(before + secret.encode() + behind).decode()
    redacted = Masking([secret]).redact_text(encoded)
    assert MARKER in redacted
    left = without_markers(redacted).replace("\N{OBJECT REPLACEMENT CHARACTER}", "")
    assert len(left.rstrip("=")) <= (len(before) + len(behind)) * 4 / 3 + 4


@given(secret=secrets, lines=st.lists(texts, max_size=5), place=st.integers(0, 4))
def test_many_lines_searched_together_are_redacted_as_one_by_one(
    secret: str, lines: list[str], place: int
) -> None:
    lines.insert(place, f"it is {secret}")
    lines = [part for line in lines for part in line.split("\n")]
    masking = Masking([secret])
    redacted = masking.redact_lines(lines)
    assert len(redacted) == len(lines)
    for line, together in zip(lines, redacted, strict=True):
        alone = masking.redact_text(line)
        # Together more is found: what goes over several lines.
        assert alone == together or MARKER in together
        assert secret not in without_markers(together)


@given(secret=secrets, before=texts, kept=st.integers(4, 3000))
def test_of_one_that_is_cut_off_no_beginning_stays(secret: str, before: str, kept: int) -> None:
    begun = secret[:kept]
    redacted = Masking([secret]).redact_text(before + secret, keep=len(before + begun))
    assert not without_markers(redacted).endswith(begun)


@given(values=st.lists(secrets, min_size=2, max_size=4))
def test_of_several_in_one_text_none_stays(values: list[str]) -> None:
    masking = Masking(values)
    redacted = without_markers(masking.redact_text("".join(values)))
    assert not [value for value in values if value in redacted]


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    ),
    secret=secrets,
)
def test_a_json_value_without_it_is_not_changed(value: object, secret: str) -> None:
    redacted = Masking([secret]).redact_json(value)
    assert redacted == value or MARKER in json.dumps(redacted)
