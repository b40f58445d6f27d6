"""The documentation as tests read it: its pages, their tables and fenced blocks."""

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


def pages() -> list[Path]:
    """Every page that people read, the front ones first."""
    return sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def section(page: str, heading: str) -> str:
    """What stands below a heading, to the next one of its level or a higher one."""
    text = (ROOT / page).read_text()
    start = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert start is not None, f"{page} has no heading {heading!r}"
    end = re.search(rf"^#{{1,{len(start[1])}}} ", text[start.end() :], re.MULTILINE)
    return text[start.end() :][: end.start() if end else None]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, without their heads."""
    found = []
    for line, following in zip(text.splitlines(), [*text.splitlines()[1:], ""], strict=True):
        if line.startswith("| ") and not following.startswith("|---"):
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def names(cell: str) -> list[str]:
    """What a cell has in code marks."""
    return _CODE_SPAN.findall(cell)


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [body for label, body in _FENCE.findall(page.read_text()) if label == language]


def sources() -> list[Path]:
    """The platform's Python files."""
    return [file for package in CODE for file in sorted((ROOT / package).rglob("*.py"))]
