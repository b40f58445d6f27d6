"""Installs Debian packages that tests need, if this is Debian and the user is root, each at most once a run."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile

_tried: set[str] = set()
TIMEOUT_SECONDS = 300


def install(*packages: str) -> None:
    """Tries to install the packages. It reports no error: the caller checks whether the programs are there."""
    new = [package for package in packages if package not in _tried]
    _tried.update(new)
    if not new or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    with open(os.path.join(tempfile.gettempdir(), "restjobscheduler-apt.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of this test run may install packages, too
        _install(new)


def _install(packages: list[str]) -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        try:
            subprocess.run(
                ["apt-get", "--quiet", *command],
                env=env,
                check=False,
                timeout=TIMEOUT_SECONDS,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        except subprocess.TimeoutExpired:
            return
