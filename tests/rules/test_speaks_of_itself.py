"""The project speaks of itself alone: no path of a machine, no address of a registry."""

from __future__ import annotations

import re

from tests.support.tracked import ROOT, list_tracked_files

HOME = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+)/")
REGISTRY = re.compile(r"https?://[^\s\"']*(?:pypi|pythonhosted|npmjs|registry)[^\s\"']*", re.IGNORECASE)
LOCKS = ("requirements*.txt", "frontend/package-lock.json", "tests/provider/package-lock.json")


def test_no_file_names_a_home_directory() -> None:
    found = {}
    for path in list_tracked_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if path != ROOT / "tests" / "rules" / "test_speaks_of_itself.py" and (match := HOME.search(text)):
            found[str(path)] = match[0]
    assert found == {}


def test_lock_files_name_no_registry() -> None:
    locks = list_tracked_files(*LOCKS)
    assert len(locks) == 6
    assert {
        str(path): REGISTRY.findall(path.read_text()) for path in locks if REGISTRY.search(path.read_text())
    } == {}


def test_lock_files_pin_by_hash() -> None:
    for path in list_tracked_files("requirements*.txt"):
        pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==", path.read_text(), re.MULTILINE | re.IGNORECASE)
        assert pins
        assert path.read_text().count("--hash=sha256:") >= len(pins)
