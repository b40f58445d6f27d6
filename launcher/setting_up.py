"""Sets up what the platform or its tests need; then the platform takes this process over."""

from __future__ import annotations

import os
import sys

from foundation import discover
from launcher import options, parent, ui_build
from launcher.python_packages import PYTHON, install
from launcher.steps import Failed, held

SERVE = ["requirements.txt"]
EMBEDDED = ["requirements-embedded.txt"]
# The tests use the embedded servers always.
DEVELOP = ["requirements-dev.txt", *EMBEDDED]


def main(arguments: list[str]) -> None:
    """`run` does not return."""
    what, *flags = arguments
    if "--with-parent" in flags:
        parent.end_with_it()
    chosen = options.read()
    if what == "run":
        refuse_a_second_start()
    embedded = chosen.needs_postgres or chosen.needs_valkey
    needed = [*SERVE, *(EMBEDDED if embedded else [])] if what == "run" else [*SERVE, *DEVELOP]
    with held(discover.CHECKOUT):
        try:
            install(needed)
        except Failed as failure:
            sys.exit(str(failure))
        ui_build.build_if_stale()
    if what == "run":
        os.chdir(discover.CHECKOUT)
        os.execv(PYTHON, [str(PYTHON), "-m", "launcher", *flags])  # noqa: S606 - no shell wanted


def refuse_a_second_start() -> None:
    """Before anything is installed under the running platform's feet."""
    there = discover.running()
    if there:
        sys.exit(f"RestJobScheduler is running already: {there.url} (its state: {discover.state_dir()})")
