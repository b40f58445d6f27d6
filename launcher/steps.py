"""Steps of the set-up: said when they begin, timed, quiet while they go well, shown whole when they fail."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launcher.output import say

_lock: list[int] = []


class Failed(Exception):
    """Everything a failed step printed, and the step's name."""


def step(title: str, *commands: list[str | Path], cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Runs the commands one after the other. Raises Failed."""
    say(f"{title} ...")
    began = time.monotonic()
    for command in commands:
        try:
            done = subprocess.run(  # noqa: S603 - our own commands, no shell
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
                pass_fds=_lock,  # a step that outlives us goes on changing things: it keeps the lock
            )
        except OSError as error:
            raise Failed(f"{title}: {error}") from error
        if done.returncode:
            words = " ".join(map(str, command))
            raise Failed(f"{done.stdout}\n{title} failed (exit status {done.returncode} of {words}).")
    say(f"{title}: done in {time.monotonic() - began:.1f} s")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Waits while another set-up of the same checkout goes on. Locks the folder itself and leaves no file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another set-up of this checkout is going on: waiting for it")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    _lock.append(descriptor)
    try:
        yield
    finally:
        _lock.clear()
        os.close(descriptor)


def digest(files: Iterable[Path], root: Path) -> str:
    """Of names and contents, whatever the order."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(f"{file.relative_to(root)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    return total.hexdigest()
