"""Refuses to start if another module has the name of one of the platform's packages.

Uses only the standard library, because it runs before any package of the platform, which might be the other module.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

OWN_PACKAGES = (
    "foundation",
    "handlers",
    "accounts",
    "templates_app",
    "jobs",
    "catalogue",
    "scheduler_project",
    "launcher",
)
CHECKOUT = Path(__file__).resolve().parents[1]


def refuse_clashes() -> None:
    """Exits with a sentence that names both paths if a folder of `sys.path` has a module named like a platform package.

    Whichever of the two modules Python finds first, some import would fail later, far from the cause.
    """
    for folder in dict.fromkeys(Path(entry or os.getcwd()) for entry in sys.path):
        for name in OWN_PACKAGES:
            other = _find_module(folder, name)
            if other is not None and other.resolve() != CHECKOUT / name:
                sys.exit(
                    f"Two modules are named {name}: {CHECKOUT / name} is the platform's, {other} would hide it or be "
                    f"hidden by it. Rename that one, or take its folder out of PYTHONPATH."
                )


def _find_module(folder: Path, name: str) -> Path | None:
    """Returns the path of the package or module `name` in `folder`; None if there is none with code (`__init__.py`)."""
    if (folder / name / "__init__.py").is_file():
        return folder / name
    file = folder / f"{name}.py"
    return file if file.is_file() else None
