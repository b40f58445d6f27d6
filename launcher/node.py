"""A Node.js new enough for the UI: the machine's own, or one from PyPI in the virtual environment.

`python -m launcher.node npm run check` runs a command in `frontend/` with it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

from foundation.discover import CHECKOUT
from launcher.python_packages import VENV, install
from launcher.steps import Failed

FRONTEND = CHECKOUT / "frontend"


def environment() -> dict[str, str]:
    """With the right `node` and `npm` first on PATH. Raises steps.Failed."""
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("npm") and _version_of("node") >= oldest_usable():
        return dict(os.environ)
    install(["requirements-node.txt"], "Installing Node.js, for building the UI")
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{path}"}


def oldest_usable() -> tuple[int, ...]:
    """What the UI's package.json asks for, such as `>=22.18.0`."""
    try:
        engines = json.loads((FRONTEND / "package.json").read_text())["engines"]
        return _numbers(engines["node"])
    except (OSError, ValueError, KeyError) as error:
        raise Failed(f"{FRONTEND / 'package.json'} does not say which Node it needs: {error!r}") from error


def _version_of(node: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - Node
    except OSError:
        return ()
    return _numbers(answer.stdout)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


if __name__ == "__main__":
    try:
        sys.exit(subprocess.run(sys.argv[1:], cwd=FRONTEND, env=environment(), check=False).returncode)  # noqa: S603 - as asked
    except Failed as failure:
        sys.exit(str(failure))
