"""Reads shared secrets from files on the worker's machine, but from nothing that is no plain file of its own."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from foundation.discover import find_state_dir
from templates_app.shared_secrets.kinds import MAX_BYTES, MAX_PLACE_LENGTH, Unreadable, as_text

# Files there are no files: they show processes, devices and the kernel.
_NO_FILES = ("/proc", "/sys", "/dev")


class File:
    """Reads values from files on the worker's machine, again at each run, so that a changed file needs no restart."""

    def find_fault(self, place: str) -> str | None:
        if not place.startswith("/") or "\0" in place or len(place) > MAX_PLACE_LENGTH:
            return "Write an absolute path, such as file:/run/secrets/stripe."
        if _is_forbidden(os.path.normpath(place)):
            return "Name a file that holds this secret alone: this one is the platform's or the system's own."
        return None

    def read(self, place: str, sealed: str | None) -> str:  # noqa: ARG002 - nothing is stored
        try:
            found = self._read_bytes(place)
        except (OSError, ValueError) as exc:
            raise Unreadable(_reason(exc)) from None
        text = as_text(found).removesuffix("\n").removesuffix("\r")
        if not text:
            raise Unreadable("it is empty")
        return text

    def _read_bytes(self, place: str) -> bytes:
        # Asked before it is opened, as opening a device may do something, and again of what was opened.
        _require_file(os.stat(place), place)
        # Without O_NONBLOCK a named pipe would be waited for.
        number = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        try:
            _require_file(os.fstat(number), place)
            with open(number, "rb", closefd=False) as file:
                found = file.read(MAX_BYTES + 1)
        finally:
            os.close(number)
        if len(found) > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES // 1024} KB")
        return found


def _require_file(status: os.stat_result, place: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("it is no regular file")
    if _is_forbidden(os.path.realpath(place)):
        raise Unreadable("it is a file of the platform or the system")


def _is_forbidden(path: str) -> bool:
    own = str(find_state_dir())
    return any(Path(path).is_relative_to(folder) for folder in (*_NO_FILES, own, os.path.realpath(own)))


def _reason(exc: OSError | ValueError) -> str:
    return (exc.strerror if isinstance(exc, OSError) else None) or type(exc).__name__
