"""The UI, built from `frontend/` when its sources changed. A failure never stops the platform."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from launcher import node
from launcher.node import FRONTEND
from launcher.output import say
from launcher.python_packages import VENV
from launcher.steps import Failed, digest, step

BUILT = FRONTEND / "dist"
MODULES = FRONTEND / "node_modules"
# Not in dist, which is served to everybody, and emptied by each build.
BUILT_FROM = VENV / "ui-built-from"
MODULES_FROM = MODULES / ".installed-from"
MADE_BY_TOOLS = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


def build_if_stale() -> None:
    try:
        sources = digest(_source_files(), FRONTEND)
        if (BUILT / "index.html").exists() and _read(BUILT_FROM) == sources:
            return
        _build()
        BUILT_FROM.write_text(sources)
    except Failed as failure:
        say(str(failure))
        instead = "with the last one built" if BUILT.exists() else "with a page that says how to build it"
        say(f"THE UI WAS NOT BUILT (the lines above say why). The platform starts all the same, {instead}.")


def _source_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS and not name.startswith(".")]
        yield from (Path(folder, name) for name in files if not name.endswith(".tsbuildinfo"))


def _build() -> None:
    env = node.environment()
    wanted = digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"], FRONTEND)
    if _read(MODULES_FROM) != wanted:
        step("Installing the UI's packages", ["npm", "ci", "--no-audit", "--no-fund"], cwd=FRONTEND, env=env)
        MODULES_FROM.write_text(wanted)
    step("Building the UI", ["npm", "run", "build"], cwd=FRONTEND, env=env)


def _read(file: Path) -> str | None:
    return file.read_text() if file.exists() else None
