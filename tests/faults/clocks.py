"""Wall clocks that can be set wrong for one program at a time, by a small library that is preloaded into it."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

POSTGRES = "postgres"
SOURCE = Path(__file__).with_name("wrong_clock.c")


class Clocks:
    """`missing` says why there are none, where there are none."""

    def __init__(self, folder: Path, *, wanted: bool = True) -> None:
        self._folder = folder
        self._library = folder / "wrong_clock.so"
        self._wrong_by: dict[str, int] = {}
        self.missing = self._build() if wanted else "not asked for"

    def environment(self, name: str) -> dict[str, str]:
        """With which the program must be started."""
        if self.missing:
            return {}
        self.set(name, 0)
        return {"LD_PRELOAD": str(self._library), "WRONG_CLOCK": str(self._file(name))}

    def move(self, name: str, seconds: int) -> None:
        """At once, ahead or back from where it is."""
        self.set(name, self._wrong_by[name] + seconds)

    def set(self, name: str, seconds: int) -> None:
        self._wrong_by[name] = seconds
        file = self._file(name)
        file.touch(mode=0o644)
        # In place: programs have this very file in their memory.
        with file.open("r+b") as place:
            place.write(struct.pack("=q", seconds))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.clock"

    def _build(self) -> str:
        compiler = shutil.which("cc")
        if sys.platform != "linux" or compiler is None:
            return "wrong clocks need Linux and a C compiler (cc)"
        command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(self._library), str(SOURCE)]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        return f"cc failed: {built.stderr.strip()}" if built.returncode else ""
