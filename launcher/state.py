"""Manages the state folder of `make run`: its lock, secrets, and the files that commands beside the platform read."""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from foundation.discover import LOCK, RUN, SETTINGS, find_platform
from foundation.env import BadSetting
from launcher.options import URLS, CannotStart
from launcher.output import say

MAX_WAIT_SECONDS = 60  # a launcher that ends gives its worker 20 s


def refuse_second_start(path: Path) -> None:
    """Raises CannotStart if a platform with the state folder `path` is running."""
    if there := find_platform(path):
        raise CannotStart(f"RestJobScheduler is running already: {there.url} (its state: {path})")


def write_private(path: Path, text: str) -> None:
    """Writes a file atomically; at no moment can anybody but its owner read it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


class StateDir:
    """Locks a state folder until `close`. Raises BadSetting for an unusable folder, CannotStart if it stays locked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            # The embedded servers of a root user run as nobody, who must be able to walk through.
            path.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
            self._lock = self._take_lock()
        except OSError as error:
            raise BadSetting("STATE_DIR", str(path), f"{error.strerror}; name a folder of yours") from None
        self.forget_run()

    def get_secret(self, name: str) -> str:
        """Returns the secret in the file `name` of the state folder, which is generated at first use."""
        file = self.path / name
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))
        return file.read_text()

    def write_run(self, *, url: str, settings: Mapping[str, str], pids: Mapping[str, int]) -> None:
        """Writes the running platform's `run.json` for users, and `settings.json` for `foundation.discover`."""
        write_private(self.path / SETTINGS, json.dumps(dict(settings)))
        urls = {name.lower(): settings[name] for name in URLS if name in settings}
        processes = {name: {"pid": pid} for name, pid in pids.items()}
        write_private(self.path / RUN, json.dumps({"url": url, **urls, "processes": processes}, indent=1))

    def forget_run(self) -> None:
        """Removes the files of `write_run`: no command finds this platform, and a new `make run` waits for the lock."""
        for name in (RUN, SETTINGS):
            (self.path / name).unlink(missing_ok=True)

    def close(self) -> None:
        self.forget_run()
        (self.path / LOCK).unlink(missing_ok=True)
        os.close(self._lock)

    def _take_lock(self) -> int:
        path, is_announced, deadline = self.path, False, time.monotonic() + MAX_WAIT_SECONDS
        while True:
            descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            with suppress(BlockingIOError, FileNotFoundError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The last holder removes the file when it ends, so the file that we locked may be gone from the folder.
                if os.path.samestat(os.fstat(descriptor), os.stat(path / LOCK)):
                    return descriptor
            os.close(descriptor)
            refuse_second_start(path)
            if time.monotonic() > deadline:
                raise CannotStart(f"Another `make run` holds {path} and neither starts nor ends: end it.")
            if not is_announced:
                say(f"Another `make run` on {path} is starting or stopping: waiting for it")
                is_announced = True
            time.sleep(0.05)
