"""Reads the documentation for tests: its pages, sections, tables and fenced blocks."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = (
    "foundation",
    "handlers",
    "accounts",
    "templates_app",
    "jobs",
    "catalogue",
    "scheduler_project",
    "launcher",
)
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def list_pages() -> list[Path]:
    """Returns every page of the documentation, those in the root folder first."""
    return sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def read_section(page: str, heading: str) -> str:
    """Returns the text below a heading, up to the next heading of the same or a higher level."""
    text = (ROOT / page).read_text()
    start = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert start is not None, f"{page} has no heading {heading!r}"
    end = re.search(rf"^#{{1,{len(start[1])}}} ", text[start.end() :], re.MULTILINE)
    return text[start.end() :][: end.start() if end else None]


def parse_rows(text: str) -> list[list[str]]:
    """Returns the rows of all Markdown tables in a text as lists of cells, without the header rows."""
    found = []
    for line, following in zip(text.splitlines(), [*text.splitlines()[1:], ""], strict=True):
        if line.startswith("| ") and not following.startswith("|---"):
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def parse_names(cell: str) -> list[str]:
    """Returns the names that a cell has in backticks."""
    return _CODE_SPAN.findall(cell)


def parse_blocks(page: Path, language: str) -> list[str]:
    """Returns the fenced code blocks of a page that are labelled with a language."""
    return [body for label, body in _FENCE.findall(page.read_text()) if label == language]


def list_sources() -> list[Path]:
    """Returns the platform's Python files."""
    return [file for package in CODE for file in sorted((ROOT / package).rglob("*.py"))]
