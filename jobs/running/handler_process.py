"""A worker slot's side of the process that runs handlers: begin it, talk to it, end it with all that it started.

Handlers may do to their process what they like: it holds no lease, no connection of ours, and it is
replaced by a fork of the slot, in which no handler ever ran.
"""

from __future__ import annotations

import gc
import json
import multiprocessing.process
import os
import select
import signal
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn

import billiard.process
from django.db import connections

from foundation.database_limits import end_statements_with_this_process, lift_limits
from jobs.running import kernel, warden_link
from jobs.running.channel import Channel, Message
from jobs.running.flags import Flags
from jobs.running.handler_loop import CUT_OFF, JOB, READY, HandlerLoop
from jobs.running.interrupts import INTERRUPT
from jobs.running.library_aspects import count_audit_hooks
from jobs.running.patches import originals
from jobs.running.program_output import ProgramOutput
from jobs.running.warden import MARK

# Polite signals are for the worker, which decides about its jobs; the handler process ends with its slot.
_POLITE = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, INTERRUPT)
_LOOK_WITHOUT_PIDFD_SECONDS = 0.05
START_SECONDS, END_SECONDS = 10.0, 5.0
READ_SECONDS = 0.1
# As it is before a pool replaces it in its children: this module is imported by the worker's main process.
_MAIN_PROCESSES: dict[Any, Any] = {
    package: package._current_process for package in (multiprocessing.process, billiard.process)
}


class HandlerProcess:
    """Made in the slot's only thread: `HandlerProcess()` forks."""

    def __init__(self) -> None:
        self.flags = Flags()
        self._channel, theirs = Channel.pair()
        self.output, ends = ProgramOutput.make()
        self._is_ready = False
        self.status: int | None = None
        self.pid = _fork(theirs, ends, self.flags)
        warden_link.watch(self.pid)
        theirs.close()
        for end in ends:
            os.close(end)
        self._pidfd = _pidfd_of(self.pid)
        self._poll = select.poll()
        for source in (self._channel.fileno(), *self.output.filenos(), self._pidfd):
            if source is not None:
                self._poll.register(source, select.POLLIN)

    def _becomes_ready(self) -> bool:
        """Wait until it can run a job; False if it ended before that, or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.wait(deadline - time.monotonic())
            if any(message.kind == READY for message in self.messages()):
                return True
            if self.has_ended():
                return False
        return False

    def begins(self, job: dict[str, Any]) -> bool:
        """Have it run a job: `{"job_type", "attempt", "data"}`. False if it is gone or does not come up."""
        self._is_ready = self._is_ready or self._becomes_ready()
        self.flags.reset()
        try:
            self._channel.send(JOB, json.dumps(job).encode())
        except OSError:
            return False
        return self._is_ready

    def wait(self, seconds: float) -> None:
        """Until it has something to tell, or has ended, but no longer."""
        if self._pidfd is None:
            seconds = min(seconds, _LOOK_WITHOUT_PIDFD_SECONDS)
        self._poll.poll(max(seconds, 0) * 1000)

    def messages(self) -> Iterator[Message]:
        """What it has told by now. While it lives and goes on telling this ends early: its slot has other duties."""
        return self._channel.waiting(within=READ_SECONDS if self.status is None else END_SECONDS)

    def has_ended(self) -> bool:
        """Ask before the messages are read: those of a process that has ended are complete."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is not None

    def interrupt(self) -> None:
        """Ask it to raise the exception of a stop into the handler, if that can be done just now."""
        if self.status is None:
            os.kill(self.pid, INTERRUPT)

    def how_it_ended(self) -> str:
        """Its wait status in words."""
        status = self.status or 0
        if os.WIFSIGNALED(status):
            return f"was killed by {_name_of(os.WTERMSIG(status))}"
        if os.waitstatus_to_exitcode(status) == CUT_OFF:
            return "could not tell how the handler ended: the job closed a descriptor that it had not opened"
        return f"ended by itself with status {os.waitstatus_to_exitcode(status)}"

    def was_told_to_end(self) -> bool:
        """Whether it died of a signal by which people and service managers end processes, and programs do not crash."""
        return os.WIFSIGNALED(self.status or 0) and os.WTERMSIG(self.status or 0) in _POLITE

    def has_orphans(self) -> bool:
        """Whether programs that a handler started live on as daemons: their parent is this process now."""
        return any(pid != self.pid for pid in kernel.adopted())

    def end(self) -> None:
        """Kill it and all that it started, in whatever way; returns when they are gone."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            _, self.status = os.waitpid(self.pid, 0)
        _end_orphans()

    def close(self) -> None:
        """Let go of what it was connected by; call after `end`, when its last messages were read."""
        warden_link.forget(self.pid)
        self._channel.close()
        self.output.close()
        self.flags.close()
        if self._pidfd is not None:
            os.close(self._pidfd)


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _end_orphans() -> None:
    """Killing one may bring more of them: each killed parent leaves us its children."""
    deadline = time.monotonic() + END_SECONDS
    while (found := kernel.adopted()) and time.monotonic() < deadline:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError, PermissionError):
                continue


def _pidfd_of(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (OSError, AttributeError):
        return None


def _fork(theirs: Channel, ends: tuple[int, int], flags: Flags) -> int:
    parent = os.getpid()
    originals()  # found once, before the first fork: all handler processes share them
    everything = signal.valid_signals()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, everything)
    try:
        with warnings.catch_warnings():
            # Newer Pythons warn where threads run beside: none do in a worker's slot.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _become_handler_process(parent, theirs, ends, flags)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _become_handler_process(parent: int, channel: Channel, ends: tuple[int, int], flags: Flags) -> NoReturn:
    """In the child. It never returns into the code that forked it."""
    status = os.EX_SOFTWARE
    try:
        kernel.die_with_parent(parent)
        kernel.be_killed_first()
        os.setsid()  # signals to the worker's group are not for it, nor is its terminal
        os.dup2(ends[0], 1)
        os.dup2(ends[1], 2)
        _blind_inherited_files(keep={channel.fileno()})
        _forget_the_pool()
        lift_limits()
        end_statements_with_this_process()
        os.environ[MARK] = str(os.getpid())
        for number in _POLITE:
            signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        count_audit_hooks()
        # What the slot made stays as it is: its garbage, collected here, would close descriptors that are taken now.
        gc.freeze()
        loop = HandlerLoop(channel, flags, originals())
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        status = loop.run()
    except BaseException:  # noqa: BLE001 - whatever it is, it ends this process and no other
        traceback.print_exc()
    finally:
        os._exit(status)


def _forget_the_pool() -> None:
    """To handlers this is a main process: one of a pool may have no children."""
    for package, main in _MAIN_PROCESSES.items():
        package._current_process = main
        package._children = set()


def _blind_inherited_files(keep: set[int]) -> None:
    """The slot's connections must not be usable here. They are not closed but replaced: their numbers stay
    taken, so what Python still knows of them can later close nobody else's file.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in keep | {nothing}:
            with suppress(OSError):  # that of the listing itself
                os.fstat(number)
                os.dup2(nothing, number, inheritable=False)
    os.close(nothing)
    for wrapper in connections.all(initialized_only=True):
        if wrapper.connection is not None:
            wrapper.connection.close()
        del connections[wrapper.alias]
