"""Each decision record has its three parts, its number, and its place in the list."""

from __future__ import annotations

import re

from tests.support import pages

FOLDER = pages.ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_records_are_numbered_from_one_without_a_gap() -> None:
    assert RECORDS
    assert [file.name[:5] for file in RECORDS] == [f"{number:04}-" for number in range(1, len(RECORDS) + 1)]


def test_each_says_context_decision_and_consequences() -> None:
    for number, file in enumerate(RECORDS, start=1):
        headings = re.findall(r"^#+ .+$", file.read_text(), re.MULTILINE)
        assert headings[0].startswith(f"# {number}. "), file.name
        assert headings[1:] == ["## Context", "## Decision", "## Consequences"], file.name


def test_the_list_has_them_all() -> None:
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\)", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert listed == [(file.name[:4], file.name) for file in RECORDS]
