"""Makes temporary folders that the user of the servers can enter."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def make_private_folder(name: str) -> Iterator[Path]:
    """Yields a new temporary folder and deletes it at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"restjobscheduler-{name}-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # servers that root starts run as the user nobody
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
