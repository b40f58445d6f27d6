"""Folders that vanish with the tests, and that the servers' user can walk through."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_folder(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"restjobscheduler-{name}-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # a root user's servers run as nobody
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
