"""Kills the programs that job handlers have started if their worker slot dies, because a dead slot cannot do so.

Each worker runs one warden as a separate program (`python warden.py`). Worker slots write a line to its standard input
for each handler process that they start (`+ SLOT HANDLER`, both pids) and for each that they have ended
(`- SLOT HANDLER`). The warden ends when the worker and all its slots have ended.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

# The variable that holds a handler process's pid in its environment, and so in that of all programs it starts.
MARK = "RESTJOBSCHEDULER_HANDLER_PROCESS"
MAX_ROUNDS, PAUSE_SECONDS = 20, 0.1

_program: subprocess.Popen[bytes] | None = None


def start() -> None:
    """Starts the warden. Call it in the worker's main process before it forks its slots, which inherit the pipe."""
    global _program
    _program = subprocess.Popen(  # noqa: S603 - a program of ours
        [sys.executable, "-I", "-S", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def watch(handler: int) -> None:
    """Tells the warden that this worker slot has started a handler process, whose pid is `handler`."""
    _report("+", handler)


def forget(handler: int) -> None:
    """Tells the warden that this worker slot has ended the handler process `handler` and all that it started."""
    _report("-", handler)


def _report(what: str, handler: int) -> None:
    if _program is not None and _program.stdin is not None:
        # Jobs run without a warden, too: only this safeguard is missing then.
        with suppress(OSError):
            os.write(_program.stdin.fileno(), f"{what} {os.getpid()} {handler}\n".encode())


class Warden:
    """Watches worker slots by pidfd. When one ends, kills its handler processes and all that these started."""

    def __init__(self) -> None:
        self._slots: dict[int, set[int]] = {}  # slot -> its handler processes
        self._watches: dict[int, int] = {}  # descriptor by which a slot's end shows -> slot
        self._poll = select.poll()
        self._poll.register(0, select.POLLIN)
        self._rest = b""

    def run(self) -> None:
        """Serves the worker slots until standard input is closed and all watched slots have ended."""
        open_input = True
        while open_input or self._watches:
            ready = [descriptor for descriptor, _ in self._poll.poll()]
            # A slot's lines are read before its end is handled: they name its last handler processes.
            if 0 in ready:
                open_input = self._read()
            for descriptor in ready:
                if descriptor in self._watches:
                    self._end_slot(descriptor)

    def _read(self) -> bool:
        data = os.read(0, 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        begun: dict[int, int] = {}
        for line in lines:
            what, slot, handler = line.split()
            if what == b"+":
                begun[int(handler)] = int(slot)
            elif begun.pop(int(handler), None) is None:
                self._slots.get(int(slot), set()).discard(int(handler))
        for handler_pid, slot_pid in begun.items():
            self._watch(slot_pid, handler_pid)
        if not data:
            self._poll.unregister(0)
        return bool(data)

    def _watch(self, slot: int, handler: int) -> None:
        if slot not in self._slots:
            try:
                descriptor = os.pidfd_open(slot)
            except ProcessLookupError:
                end_all({handler})
                return
            self._slots[slot] = set()
            self._watches[descriptor] = slot
            self._poll.register(descriptor, select.POLLIN)
        self._slots[slot].add(handler)

    def _end_slot(self, descriptor: int) -> None:
        """Kills the handler processes, and all they started, of an ended worker slot; `descriptor` is its pidfd."""
        self._poll.unregister(descriptor)
        os.close(descriptor)
        end_all(self._slots.pop(self._watches.pop(descriptor)))


def end_all(handlers: set[int]) -> None:
    """Kills these handler processes (pids) and what they started, found by session or by MARK in the environment."""
    for _ in range(MAX_ROUNDS):
        found = list(_find_started_by(handlers)) if handlers else []
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


def _find_started_by(handlers: set[int]) -> Iterator[int]:
    marks = {f"{MARK}={handler}".encode() for handler in handlers}
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError):
            state, session = _read_state_and_session(name)
            if state != b"Z" and (session in handlers or marks & _read_environment(name)):
                yield int(name)


def _read_state_and_session(name: str) -> tuple[bytes, int]:
    with open(f"/proc/{name}/stat", "rb") as file:
        # The name in brackets may hold anything. Behind it: state, parent, group, session.
        fields = file.read().rpartition(b")")[2].split()
    return fields[0], int(fields[3])


def _read_environment(name: str) -> set[bytes]:
    with open(f"/proc/{name}/environ", "rb") as file:
        return set(file.read().split(b"\0"))


if __name__ == "__main__":
    # It must outlive the signals that end its worker.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "pidfd_open") and os.path.isdir("/proc/self"):
        Warden().run()
    sys.exit()
