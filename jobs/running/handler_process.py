"""Starts, talks to and ends the handler process: the child process in which a worker slot runs job handlers.

Job handlers may do anything to that process: it holds no lease and no connection of the platform. It is replaced by a
new fork of the worker slot, in which no job handler ever ran.
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

from foundation import secret_settings
from foundation.database_limits import end_statements_with_this_process, lift_limits
from jobs.running import kernel, warden
from jobs.running.channel import Channel, Message
from jobs.running.flags import Flags
from jobs.running.handler_loop import CHANNEL_LOST, JOB, READY, HandlerLoop
from jobs.running.interrupts import INTERRUPT
from jobs.running.library_state import count_audit_hooks
from jobs.running.patches import originals
from jobs.running.program_output import ProgramOutput
from jobs.running.warden import MARK

# The handler process ignores these: the worker decides about its jobs, and the process ends with its slot.
_END_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, INTERRUPT)
_POLL_WITHOUT_PIDFD_SECONDS = 0.05
MAX_START_SECONDS, MAX_END_SECONDS = 10.0, 5.0
MAX_READ_SECONDS = 0.1
# Read before the pool changes it in its children: the worker's main process imports this module.
_MAIN_PROCESSES: dict[Any, Any] = {
    package: package._current_process for package in (multiprocessing.process, billiard.process)
}


class HandlerProcess:
    """Represents a handler process in its worker slot. The constructor forks: the slot must have no other thread."""

    def __init__(self) -> None:
        self.flags = Flags()
        self._channel, theirs = Channel.pair()
        self.output, ends = ProgramOutput.make()
        self._is_ready = False
        self.status: int | None = None
        self.pid = _fork(theirs, ends, self.flags)
        warden.watch(self.pid)
        theirs.close()
        for end in ends:
            os.close(end)
        self._pidfd = _open_pidfd(self.pid)
        self._poll = select.poll()
        for source in (self._channel.fileno(), *self.output.filenos(), self._pidfd):
            if source is not None:
                self._poll.register(source, select.POLLIN)

    def _wait_until_ready(self) -> bool:
        """Waits until the handler process can run a job. Returns False if it ends before that or takes too long."""
        deadline = time.monotonic() + MAX_START_SECONDS
        while time.monotonic() < deadline:
            self.wait(deadline - time.monotonic())
            if any(message.kind == READY for message in self.read_messages()):
                return True
            if self.has_ended():
                return False
        return False

    def start_job(self, job: dict[str, Any]) -> bool:
        """Sends a job, `{"job_type", "attempt", "data", "hosts"?}`. Returns False if the process is gone."""
        self._is_ready = self._is_ready or self._wait_until_ready()
        self.flags.reset()
        try:
            self._channel.send(JOB, json.dumps(job).encode())
        except OSError:
            return False
        return self._is_ready

    def wait(self, seconds: float) -> None:
        """Waits up to `seconds` until the handler process has sent or printed something, or has ended."""
        if self._pidfd is None:
            seconds = min(seconds, _POLL_WITHOUT_PIDFD_SECONDS)
        self._poll.poll(max(seconds, 0) * 1000)

    def read_messages(self) -> Iterator[Message]:
        """Yields the messages that the handler process has sent so far; for a bounded time if it goes on sending."""
        return self._channel.read_arrived(within=MAX_READ_SECONDS if self.status is None else MAX_END_SECONDS)

    def has_ended(self) -> bool:
        """Returns whether the handler process has ended. If so, a following `read_messages` yields all it ever sent."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is not None

    def interrupt(self) -> None:
        """Signals the handler process to raise JobTerminated in the job handler, if that is safe at this moment."""
        if self.status is None:
            os.kill(self.pid, INTERRUPT)

    def describe_end(self) -> str:
        """Returns in words how the handler process ended, from its wait status, such as "was killed by SIGKILL"."""
        status = self.status or 0
        if os.WIFSIGNALED(status):
            return f"was killed by {_signal_name(os.WTERMSIG(status))}"
        if os.waitstatus_to_exitcode(status) == CHANNEL_LOST:
            return (
                "could not report how the handler ended: the job closed a descriptor that it had not opened"
            )
        return f"ended by itself with status {os.waitstatus_to_exitcode(status)}"

    def was_ended_by_request(self) -> bool:
        """Returns whether the handler process died of a signal by which people and service managers end processes."""
        return os.WIFSIGNALED(self.status or 0) and os.WTERMSIG(self.status or 0) in _END_SIGNALS

    def has_orphans(self) -> bool:
        """Returns whether programs started by job handlers still run, which are children of this worker slot now."""
        return any(pid != self.pid for pid in kernel.list_children())

    def end(self) -> None:
        """Kills the handler process and all programs started from it, and returns when they are gone."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            _, self.status = os.waitpid(self.pid, 0)
        _end_orphans()

    def close(self) -> None:
        """Closes all connections to the handler process. Call it after `end`, when the last messages were read."""
        warden.forget(self.pid)
        self._channel.close()
        self.output.close()
        self.flags.close()
        if self._pidfd is not None:
            os.close(self._pidfd)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _end_orphans() -> None:
    """Kills all child processes of this worker slot, and then those that it adopts from them, until none is left."""
    deadline = time.monotonic() + MAX_END_SECONDS
    while (found := kernel.list_children()) and time.monotonic() < deadline:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError, PermissionError):
                continue


def _open_pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (OSError, AttributeError):
        return None


def _fork(theirs: Channel, ends: tuple[int, int], flags: Flags) -> int:
    parent = os.getpid()
    originals()  # made once, before the first fork, so that all handler processes share them
    everything = signal.valid_signals()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, everything)
    try:
        with warnings.catch_warnings():
            # Newer Pythons warn of forks beside other threads; a slot has no other thread.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _become_handler_process(parent, theirs, ends, flags)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _become_handler_process(parent: int, channel: Channel, ends: tuple[int, int], flags: Flags) -> NoReturn:
    """Prepares the forked child as a handler process, runs jobs in it and exits. Never returns to the caller."""
    status = os.EX_SOFTWARE
    try:
        kernel.die_with_parent(parent)
        kernel.be_killed_first()
        os.setsid()  # away from the worker's terminal and from signals to its group
        os.dup2(ends[0], 1)
        os.dup2(ends[1], 2)
        _replace_inherited_files(keep={channel.fileno()})
        _leave_pool()
        lift_limits()
        end_statements_with_this_process()
        secret_settings.hide()
        os.environ[MARK] = str(os.getpid())
        for number in _END_SIGNALS:
            signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        count_audit_hooks()
        # Keep the slot's garbage: collecting it here would close descriptors whose numbers are reused now.
        gc.freeze()
        loop = HandlerLoop(channel, flags, originals())
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        status = loop.run()
    except BaseException:  # noqa: BLE001 - whatever it is must end only this process
        traceback.print_exc()
    finally:
        os._exit(status)


def _leave_pool() -> None:
    """Makes multiprocessing regard this process as a main process, because a pool's processes may start no others."""
    for package, main in _MAIN_PROCESSES.items():
        package._current_process = main
        package._children = set()


def _replace_inherited_files(keep: set[int]) -> None:
    """Replaces open files inherited from the worker slot by /dev/null, so that job handlers cannot use its connections.

    The descriptors' numbers stay in use: Python objects that still refer to them cannot close a file opened later.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in keep | {nothing}:
            with suppress(OSError):  # the descriptor of the listing is closed by now
                os.fstat(number)
                os.dup2(nothing, number, inheritable=False)
    os.close(nothing)
    for wrapper in connections.all(initialized_only=True):
        if wrapper.connection is not None:
            wrapper.connection.close()
        del connections[wrapper.alias]
