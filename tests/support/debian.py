"""What tests may install by themselves: Debian's packages, as root, each at most once a run."""

from __future__ import annotations

import os
import shutil
import subprocess

_tried: set[str] = set()
PATIENCE_SECONDS = 300


def install(*packages: str) -> None:
    """Tries; whether the programs are there afterwards is for the caller to look."""
    new = [package for package in packages if package not in _tried]
    _tried.update(new)
    if not new or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *new]):
        try:
            subprocess.run(
                ["apt-get", "--quiet", *command],
                env=env,
                check=False,
                timeout=PATIENCE_SECONDS,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        except subprocess.TimeoutExpired:
            return
