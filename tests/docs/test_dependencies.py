"""docs/dependencies.md has the reason for each direct dependency, and for nothing that is none."""

from __future__ import annotations

import json
import re

import pytest

from tests.support import pages

PAGE = "docs/dependencies.md"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*", re.MULTILINE)
REQUIREMENTS = {
    "requirements.in": "What the platform needs to run",
    "requirements-embedded.in": "Servers for one machine",
    "requirements-node.in": "Node for the UI",
    "requirements-dev.in": "Development",
}


def _explained(heading: str) -> list[str]:
    rows = pages.parse_rows(pages.read_section(PAGE, heading))
    assert all(row[1] for row in rows), "a reason is missing"
    return sorted(row[0].strip("`") for row in rows)


def test_every_requirements_file_has_its_section() -> None:
    assert {file.name for file in pages.ROOT.glob("requirements*.in")} == set(REQUIREMENTS)


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_each_python_package_has_its_reason(file: str) -> None:
    wanted = _NAME.findall((pages.ROOT / file).read_text())
    assert wanted
    assert _explained(REQUIREMENTS[file]) == sorted(wanted)


def test_each_package_of_the_ui_has_its_reason() -> None:
    package = json.loads((pages.ROOT / "frontend/package.json").read_text())
    assert _explained("The UI") == sorted([*package["dependencies"], *package["devDependencies"]])


def test_each_package_of_the_tests_provider_has_its_reason() -> None:
    package = json.loads((pages.ROOT / "tests/provider/package.json").read_text())
    assert _explained("The sign-in provider of the tests") == sorted(package["devDependencies"])
