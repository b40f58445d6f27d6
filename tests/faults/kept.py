"""A process of the platform that is started again whenever it ends, as any supervisor would do."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from foundation.discover import CHECKOUT
from tests.support.processes import Program
from tests.support.waiting import wait_for

PAUSE_SECONDS = 0.5
RESTART_SECONDS = 60


class Kept:
    def __init__(self, name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> None:
        self.name, self.starts = name, 0
        self._command, self._env, self._log = list(command), dict(env), log
        self._stopping = threading.Event()
        self._program = self._start()
        self._thread = threading.Thread(target=self._keep, name=f"keeps-{name}", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._program.pid

    def kill(self) -> None:
        """kill -9, and wait until another has taken its place."""
        before = self.starts
        self.signal(signal.SIGKILL)
        self.await_restart(before)

    def await_restart(self, starts_before: int, *, within: float = RESTART_SECONDS) -> None:
        wait_for(f"{self.name} runs again", lambda: self.starts > starts_before, within=within)

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def stop_keeping(self) -> None:
        """Ask it to end; `stop` waits for it."""
        self._stopping.set()
        self._thread.join(timeout=10)
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)

    def stop(self) -> None:
        self._program.stop(grace=20)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._program.pid, signal.SIGKILL)

    def last_lines(self, number: int) -> str:
        return self._program.last_lines(number)

    def _start(self) -> Program:
        program = Program(
            self._command, log=self._log, stop_signal=signal.SIGTERM, cwd=CHECKOUT, env=self._env
        )
        self.starts += 1
        return program

    def _keep(self) -> None:
        while not self._stopping.wait(0.1):
            if self._program.has_ended:
                self._program.stop()
                time.sleep(PAUSE_SECONDS)
                if not self._stopping.is_set():
                    self._program = self._start()
