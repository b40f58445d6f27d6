"""`make` refuses an unusable Python with one sentence, before anything is installed."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from launcher import bootstrap


def has_everything(_: str) -> ModuleType:
    return ast


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
def test_it_accepts_a_usable_python(version: tuple[int, ...]) -> None:
    assert bootstrap.find_problem(version, has_everything) is None


def test_it_names_an_old_python_and_says_what_to_do() -> None:
    assert bootstrap.find_problem((3, 9, 18), has_everything) == (
        "Python 3.9 is too old: install Python 3.11 or newer and run make again,"
        " or name it: make run PYTHON=python3.12"
    )


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_it_names_the_package_that_brings_a_missing_venv(missing: str) -> None:
    wrong = bootstrap.find_problem((3, 11, 2), lambda name: None if name == missing else ast)
    assert wrong is not None
    assert "install the package python3-venv" in wrong
    assert wrong.count(".") == 2  # one in "3.11", one at the end: a single sentence


def test_old_pythons_can_read_it_far_enough_to_be_refused() -> None:
    ast.parse(inspect.getsource(bootstrap), feature_version=(3, 6))
