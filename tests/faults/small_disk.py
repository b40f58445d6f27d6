"""A file system of a few hundred MB of memory for Postgres, which can be filled to the last byte."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.servers import Account

# What a run writes, at its usual pace; no more memory than the most is taken for it.
EMPTY_MB, A_MINUTE_MB, MOST_MB = 256, 8, 1024
# What Postgres keeps of its log stays far below that.
POSTGRES_OPTIONS = ("-c", "max_wal_size=64MB", "-c", "min_wal_size=32MB")
CHUNK = bytes(2**20)


class SmallDisk:
    """`missing` says why there is none, where there is none; Postgres is then on the usual disk."""

    def __init__(self, folder: Path, missing: str) -> None:
        self.folder, self.missing = folder, missing
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file:
            size = len(CHUNK)
            while size:
                try:
                    file.write(CHUNK[:size])
                except OSError:
                    size //= 2

    def free(self) -> None:
        self._ballast.unlink()


@contextmanager
def mounted(folder: Path, *, minutes: float) -> Iterator[SmallDisk]:
    size = EMPTY_MB + int(A_MINUTE_MB * minutes)
    if size > MOST_MB:
        yield SmallDisk(folder, f"a run of {minutes:g} minutes writes too much for a disk in memory")
        return
    place = folder / "small-disk"
    place.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}m", "restjobscheduler", str(place)],
            capture_output=True,
            text=True,
            check=False,
        )
        missing = f"no small file system can be mounted ({done.stderr.strip()})" if done.returncode else ""
    except OSError as error:
        missing = f"no small file system can be mounted ({error})"
    Account.of_the_servers().own(place)
    try:
        yield SmallDisk(place, missing)
    finally:
        if not missing:
            subprocess.run(["umount", str(place)], check=True)
