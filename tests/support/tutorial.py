"""Reads the tutorial in docs/handlers.md: the files it shows and the commands it lets the reader type."""

from __future__ import annotations

import re

from tests.support import pages

PAGE = pages.ROOT / "docs" / "handlers.md"
_TEXT = PAGE.read_text().partition("## Rules between fields")[0]
_FILE = re.compile(r"^`(\S+/\S+\.(?:py|json))`(?:.|\n)*?^```\w+\n((?:.|\n)*?)^```$", re.MULTILINE)

FILES: dict[str, str] = dict(_FILE.findall(_TEXT))
COMMANDS: list[str] = re.findall(r"^\$ (.+)$", _TEXT, re.MULTILINE)


def find_command(part: str) -> str:
    """Returns the one command that contains this text."""
    (found,) = [line for line in COMMANDS if part in line]
    return found
