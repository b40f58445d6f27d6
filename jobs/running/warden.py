"""Kills what handlers have started, when the slot that would have done so is gone, however it ended.

A program of its own, one a worker: `python warden.py`. Slots write a line to its standard input for each handler
process (`+ SLOT HANDLER`, pids) and for each that they have ended themselves (`- SLOT HANDLER`). It ends when
the worker and all its slots have ended, and nothing is left to do.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

# In the environment of a handler process, and so of the programs that it starts: the handler process's pid.
MARK = "RESTJOBSCHEDULER_HANDLER_PROCESS"
ROUNDS, PAUSE_SECONDS = 20, 0.1


class Warden:
    def __init__(self) -> None:
        self._slots: dict[int, set[int]] = {}  # slot -> its handler processes
        self._watches: dict[int, int] = {}  # descriptor by which a slot's end shows -> slot
        self._poll = select.poll()
        self._poll.register(0, select.POLLIN)
        self._rest = b""

    def run(self) -> None:
        open_input = True
        while open_input or self._watches:
            ready = [descriptor for descriptor, _ in self._poll.poll()]
            # What a slot has said goes before its end.
            if 0 in ready:
                open_input = self._read()
            for descriptor in ready:
                if descriptor in self._watches:
                    self._bury(descriptor)

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

    def _bury(self, descriptor: int) -> None:
        """A slot has ended."""
        self._poll.unregister(descriptor)
        os.close(descriptor)
        end_all(self._slots.pop(self._watches.pop(descriptor)))


def end_all(handlers: set[int]) -> None:
    """Kill what runs in their sessions or bears their mark, until a look finds nothing more."""
    for _ in range(ROUNDS):
        found = list(_started_by(handlers)) if handlers else []
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


def _started_by(handlers: set[int]) -> Iterator[int]:
    marks = {f"{MARK}={handler}".encode() for handler in handlers}
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError):
            state, session = _state_and_session(name)
            if state != b"Z" and (session in handlers or marks & _environment(name)):
                yield int(name)


def _state_and_session(name: str) -> tuple[bytes, int]:
    with open(f"/proc/{name}/stat", "rb") as file:
        # Behind the name in brackets, which may hold anything: state, parent, group, session.
        fields = file.read().rpartition(b")")[2].split()
    return fields[0], int(fields[3])


def _environment(name: str) -> set[bytes]:
    with open(f"/proc/{name}/environ", "rb") as file:
        return set(file.read().split(b"\0"))


if __name__ == "__main__":
    # It outlives the signals that end its worker.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "pidfd_open") and os.path.isdir("/proc/self"):
        Warden().run()
    sys.exit()
