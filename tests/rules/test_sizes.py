"""A file tells one thing, a function fits on a screen."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.support.tracked import list_tracked_files

PYTHON = [
    path
    for path in list_tracked_files("*.py")
    if not path.parent.name.endswith("migrations") and "tests" not in path.parts
]
TESTS = list_tracked_files("tests/*.py")
COMPONENTS = [path for path in list_tracked_files("*.tsx") if not path.name.endswith(".test.tsx")]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize(
    ("paths", "most"), [(PYTHON, 300), (TESTS, 300), (COMPONENTS, 200)], ids=["python", "tests", "tsx"]
)
def test_no_file_is_longer_than_its_budget(paths: list[Path], most: int) -> None:
    assert paths
    assert {str(path): lines(path) for path in paths if lines(path) > most} == {}


def test_the_usual_python_file_is_short() -> None:
    assert median(lines(path) for path in PYTHON if lines(path)) <= 80


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 50:
                    long[f"{path}:{node.name}"] = length
    assert long == {}
