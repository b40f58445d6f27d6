"""Checks the system's Python before anything is installed, then runs launcher.install. Must parse on old Pythons."""

import importlib.util
import os
import signal
import sys
from typing import Any


# Annotations in quotes: an old Python must get far enough to say that it is old.
def find_problem(version: "tuple[int, ...]", find_module: "Any") -> "str | None":
    """Returns why this Python cannot run the platform, or None. `find_module` returns None for a missing module."""
    name = "Python " + ".".join(map(str, version[:2]))
    if version < (3, 11):
        remedy = "install Python 3.11 or newer and run make again, or name it: make run PYTHON=python3.12"
        return name + " is too old: " + remedy
    if not (find_module("venv") and find_module("ensurepip")):
        return name + " here comes without venv: install the package python3-venv and run make again."
    return None


def main() -> None:
    problem = find_problem(sys.version_info[:3], importlib.util.find_spec)
    if problem:
        sys.exit(problem)
    # An exception also ends the step that is running; the default action would leave that running.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # instead of launcher/
    from launcher import install

    install.main(sys.argv[1:])


if __name__ == "__main__":
    main()
