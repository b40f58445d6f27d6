"""The examples in the pages are what they claim: handlers that run, templates that import, JSON that parses."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from handlers import registry
from handlers.testing import run
from templates_app.documents import parse_file
from tests.support import pages

README, HANDLERS = pages.ROOT / "README.md", pages.ROOT / "docs" / "handlers.md"


@pytest.mark.parametrize("page", pages.list_pages(), ids=lambda page: page.name)
def test_its_json_and_python_can_be_read(page: Path) -> None:
    for text in pages.parse_blocks(page, "json"):
        json.loads(text)
    for text in pages.parse_blocks(page, "python"):
        ast.parse(text)


@pytest.mark.parametrize(("page", "job_type", "payload"), [
    (README, "say_hello", {"name": "you"}),
    (HANDLERS, "resize_images", {"user_id": 7}),
])  # fmt: skip
def test_its_handler_runs_with_its_template(
    page: Path, job_type: str, payload: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, page, job_type)
    (spec,) = parse_file(json.loads(pages.parse_blocks(page, "json")[0]))
    assert not spec.warnings
    outcome = run(job_type, payload)
    assert outcome.result
    assert outcome.progress[-1][0] > 0


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch, page: Path, job_type: str) -> None:
    """The page's handler and template as a package beside the platform's own, for the length of a test."""
    package = f"handlers_of_{job_type}"
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()
    (folder / package / f"{job_type}.py").write_text(pages.parse_blocks(page, "python")[0])
    (folder / package / f"{job_type}.json").write_text(pages.parse_blocks(page, "json")[0])
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(registry, "_current", registry.Registry(["handlers", package]))
    for name in [name for name in sys.modules if name.startswith(package)]:
        monkeypatch.delitem(sys.modules, name)
