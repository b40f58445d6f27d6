"""Imports go one way. The contracts stand in pyproject.toml; `lint-imports` judges them."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.support.tracked import ROOT

# Django finds these by their names, nothing of ours imports them.
FOUND_BY_DJANGO = {"apps", "migrations", "own_migrations"}


def test_the_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_of_the_core_has_its_layer():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = next(
        contract["layers"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    placed = set(re.findall(r"\bjobs\.(\w+)", " ".join(layers)))
    there = {
        path.stem
        for path in (ROOT / "jobs").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - placed - FOUND_BY_DJANGO - {"__init__"} == set()
