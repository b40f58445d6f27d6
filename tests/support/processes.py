"""Starts programs for tests. A guard process ends them when the test run ends, even after a kill -9."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil

from launcher import guard

LOG_TAIL_LINES = 100
KILL_TIMEOUT_SECONDS = 30


class _Guard:
    """Runs `guard.py`, which ends the programs it knows when its pipe closes: also after a kill -9 of pytest."""

    def __init__(self) -> None:
        self._signals: dict[int, int] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, pid: int, stop_signal: signal.Signals) -> None:
        self._signals[pid] = stop_signal
        self._send()

    def forget(self, pid: int) -> None:
        self._signals.pop(pid, None)
        self._send()

    def _send(self) -> None:
        if self._process is None:
            command = [sys.executable, "-I", "-S", guard.__file__]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
            atexit.register(self._close)
        pipe = _get_pipe(self._process)
        pipe.write(f"{json.dumps(self._signals)}\n".encode())
        pipe.flush()

    def _close(self) -> None:
        if self._process is not None:
            _get_pipe(self._process).close()
            self._process.wait()


def _get_pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdin is None:
        raise RuntimeError("the guard was started without a pipe")
    return process.stdin


_guard = _Guard()


class Program:
    """A running program, the leader of its own process group. Its output is appended to `log`."""

    def __init__(
        self, command: Sequence[str], *, log: Path, stop_signal: signal.Signals = signal.SIGTERM, **popen: Any
    ) -> None:
        self.log = log
        self._stop_signal = stop_signal
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **popen,
            )
        self.pid = self._process.pid
        _guard.watch(self.pid, stop_signal)

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self, *, grace: float = 30) -> int:
        """Sends the stop signal, waits, and kills the program after `grace` seconds. Returns the exit status."""
        if not self.has_ended:
            self._process.send_signal(self._stop_signal)
        try:
            return self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            _guard.forget(self.pid)

    def kill(self) -> None:
        """Kills this process alone with SIGKILL and waits until the processes that it started have ended, too."""
        below = psutil.Process(self.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()
        _guard.forget(self.pid)
        _, left = psutil.wait_procs(below, timeout=KILL_TIMEOUT_SECONDS)
        assert not left, f"still there after the end of {self.pid}: {left}"

    def freeze(self) -> None:
        """Stops the process and its children with SIGSTOP: connections stay open and nothing responds."""
        self._send_to_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Continues the frozen processes."""
        self._send_to_all(signal.SIGCONT)

    def _send_to_all(self, number: signal.Signals) -> None:
        with suppress(psutil.NoSuchProcess):
            own = psutil.Process(self.pid)
            for process in (own, *own.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(number)

    def interrupt(self) -> None:
        """Sends SIGINT to the process group, as Ctrl-C in its terminal does."""
        os.killpg(self.pid, signal.SIGINT)

    def last_lines(self, number: int = LOG_TAIL_LINES) -> str:
        """Returns the last lines of the output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-number:])


def is_alive(pid: int) -> bool:
    """Returns whether a process with this pid exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
