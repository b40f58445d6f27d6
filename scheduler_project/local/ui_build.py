"""The UI, built from `frontend/` when its sources changed. A failure never stops the platform."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scheduler_project.local.discover import CHECKOUT
from scheduler_project.local.output import say
from scheduler_project.local.python_packages import VENV, install
from scheduler_project.local.steps import Failed, digest, step

SOURCES = CHECKOUT / "frontend"
BUILT = SOURCES / "dist"
MODULES = SOURCES / "node_modules"
# Not in dist, which is served to everybody, and emptied by each build.
BUILT_FROM = VENV / "ui-built-from"
MODULES_FROM = MODULES / ".installed-from"
OLDEST_NODE = (22, 18)
MADE_BY_TOOLS = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


def build_if_stale() -> None:
    try:
        sources = digest(_source_files(), SOURCES)
        if (BUILT / "index.html").exists() and _read(BUILT_FROM) == sources:
            return
        _build()
        BUILT_FROM.write_text(sources)
    except Failed as failure:
        say(str(failure))
        instead = "with the last one built" if BUILT.exists() else "with a page that says how to build it"
        say(f"THE UI WAS NOT BUILT (the lines above say why). The platform starts all the same, {instead}.")


def _source_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(SOURCES):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS and not name.startswith(".")]
        yield from (Path(folder, name) for name in files)


def _build() -> None:
    if not (SOURCES / "package.json").exists():
        raise Failed(f"{SOURCES} has no package.json.")
    env = os.environ | {"PATH": os.pathsep.join([*_node_folder(), os.environ.get("PATH", os.defpath)])}
    wanted = digest([SOURCES / "package.json", SOURCES / "package-lock.json"], SOURCES)
    if _read(MODULES_FROM) != wanted:
        step("Installing the UI's packages", ["npm", "ci", "--no-audit", "--no-fund"], cwd=SOURCES, env=env)
        MODULES_FROM.write_text(wanted)
    step("Building the UI", ["npm", "run", "build"], cwd=SOURCES, env=env)


def _node_folder() -> list[str]:
    """What to put before PATH: nothing where the machine's own Node is new enough, else one from PyPI."""
    if shutil.which("npm") and _version_of("node") >= OLDEST_NODE:
        return []
    install(["requirements-node.txt"])
    return [str(VENV / "bin")]


def _version_of(node: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - Node
    except OSError:
        return ()
    return tuple(map(int, re.findall(r"\d+", answer.stdout)[:2]))


def _read(file: Path) -> str | None:
    return file.read_text() if file.exists() else None
