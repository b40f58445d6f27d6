"""The checkout's virtual environment: made, filled from the pinned requirements, left alone while right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from foundation.discover import CHECKOUT
from launcher.steps import digest, step

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"


def install(requirement_files: list[str], title: str = "Installing the Python packages") -> None:
    """These files' packages and the project itself. Raises steps.Failed."""
    installed = _what_is_installed()
    wanted = {name: digest([CHECKOUT / name], CHECKOUT) for name in [*requirement_files, "pyproject.toml"]}
    if all(installed.get(name) == sha for name, sha in wanted.items()):
        return
    if not _works():
        step("Making the Python environment", [sys.executable, "-m", "venv", "--clear", VENV], cwd=CHECKOUT)
        installed = {}
    STAMP.unlink(missing_ok=True)
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    files = [part for name in requirement_files for part in ("-r", name)]
    # Its build needs setuptools only, which the requirements bring: pinned, and no second download.
    project = ["--no-deps", "--no-build-isolation", "--editable", "."]
    step(
        title,
        [*pip, "--require-hashes", *files],
        [*pip, *project],
        cwd=CHECKOUT,
        env=os.environ | {"PIP_USER": "0"},
    )
    STAMP.write_text(json.dumps({**installed, **wanted, "checkout": str(CHECKOUT)}))


def _what_is_installed() -> dict[str, str]:
    """By requirement file; nothing where the environment is missing, broken, or was moved here."""
    if not _works() or not STAMP.exists():
        return {}
    stamped: dict[str, str] = json.loads(STAMP.read_text())
    return stamped if stamped.get("checkout") == str(CHECKOUT) else {}


def _works() -> bool:
    """Not after its Python was upgraded or removed, nor after the checkout was moved: scripts hold paths."""
    question = "import sys, pip; print(sys.version_info >= (3, 11), sys.prefix)"
    try:
        answer = subprocess.run(  # noqa: S603 - our own Python
            [PYTHON, "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return answer.stdout.strip() == f"True {VENV}"
