"""Each promise of docs/security.md names tests, and these exist."""

from __future__ import annotations

import re

import pytest

from tests.support import pages

PAGE = "docs/security.md"
SECTIONS = (
    "Rights",
    "Signing in",
    "Secrets",
    "The audit trail",
    "Handlers and payloads",
    "Servers and browsers",
)
ROWS = [row for section in SECTIONS for row in pages.parse_rows(pages.read_section(PAGE, section))]


def test_every_table_of_promises_is_looked_at() -> None:
    headings = re.findall(r"^## (.+)$", (pages.ROOT / PAGE).read_text(), re.MULTILINE)
    assert headings == ["Whom the platform trusts", *SECTIONS]
    assert len(ROWS) > 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_its_tests_exist(row: list[str]) -> None:
    named = re.findall(r"`(tests/\S+?\.py)(?:::(test_\w+))?`", row[1])
    assert named
    for path, name in named:
        assert re.search(rf"def {name or 'test_'}", (pages.ROOT / path).read_text()), f"{path}::{name}"
