"""docs/handlers.md as somebody follows it: the files it shows and the commands it has one type."""

from __future__ import annotations

import re

from tests.support import pages

PAGE = pages.ROOT / "docs" / "handlers.md"
_TEXT = PAGE.read_text().partition("## Rules between fields")[0]
_FILE = re.compile(r"^`(\S+/\S+\.(?:py|json))`(?:.|\n)*?^```\w+\n((?:.|\n)*?)^```$", re.MULTILINE)

FILES: dict[str, str] = dict(_FILE.findall(_TEXT))
COMMANDS: list[str] = re.findall(r"^\$ (.+)$", _TEXT, re.MULTILINE)


def command(part: str) -> str:
    """The one that has this in it."""
    (found,) = [line for line in COMMANDS if part in line]
    return found
