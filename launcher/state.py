"""The state directory: its lock, the secrets made once, and what commands beside the platform read."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from foundation.discover import LOCK, RUN, SETTINGS, running
from foundation.env import BadSetting
from launcher.output import say

# A launcher that ends gives its worker 20 s, and one that starts may install first.
PATIENCE_SECONDS = 60


class AlreadyRunning(SystemExit):
    """Exit status 1, and one sentence that says where the platform is."""


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by the owner alone from its first byte."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)


class StateDir:
    """Held by one launcher at a time; the kernel gives the lock back however that launcher ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            # The embedded servers of a root user run as nobody, who must be able to walk through.
            path.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
            self._lock = self._take_lock()
        except OSError as error:
            raise BadSetting("STATE_DIR", str(path), f"{error.strerror}; name a folder of yours") from None
        self._forget_last_run()

    def _take_lock(self) -> int:
        announced, patience = False, time.monotonic() + PATIENCE_SECONDS
        while (descriptor := self._try_lock()) is None:
            if there := running(self.path):
                raise AlreadyRunning(
                    f"RestJobScheduler is running already: {there.url} (its state: {self.path})"
                )
            if time.monotonic() > patience:
                raise AlreadyRunning(
                    f"Another `make run` holds {self.path} and neither starts nor ends: end it."
                )
            if not announced:
                say(f"Another `make run` on {self.path} is starting or stopping: waiting for it")
                announced = True
            time.sleep(0.05)
        return descriptor

    def _try_lock(self) -> int | None:
        file = self.path / LOCK
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The last holder removes the file as it ends: what we locked may be a file without a name.
            if os.path.samestat(os.fstat(descriptor), file.stat()):
                return descriptor
        except (BlockingIOError, FileNotFoundError):
            pass
        os.close(descriptor)
        return None

    def secret(self, name: str) -> str:
        """Made at first use, then the same for ever."""
        file = self.path / name
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))
        return file.read_text()

    def write_run(self, *, url: str, settings: Mapping[str, str], pids: Mapping[str, int]) -> None:
        """`run.json` as the contract has it, and `settings.json` for `discover`."""
        write_private(self.path / SETTINGS, json.dumps(dict(settings)))
        run = {
            "url": url,
            "database_url": settings["DATABASE_URL"],
            "broker_url": settings["BROKER_URL"],
            "redis_url": settings["REDIS_URL"],
            "processes": {name: {"pid": pid} for name, pid in pids.items()},
        }
        write_private(self.path / RUN, json.dumps(run, indent=1))

    def _forget_last_run(self) -> None:
        for name in (RUN, SETTINGS):
            (self.path / name).unlink(missing_ok=True)

    def announce_stop(self) -> None:
        """From now on nobody finds this platform; a next `make run` waits for the lock."""
        self._forget_last_run()

    def release(self) -> None:
        self._forget_last_run()
        (self.path / LOCK).unlink(missing_ok=True)
        os.close(self._lock)
