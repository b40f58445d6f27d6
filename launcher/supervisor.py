"""Keeps programs running: starts each again after a delay when it ends, and stops it with a grace period."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO, Any, ClassVar

import psutil

from launcher import guard
from launcher.options import MARK
from launcher.output import open_pipe, say, show_line

FIRST_DELAY, MAX_DELAY = 0.5, 10.0
STEADY_SECONDS = 30.0  # after a run this long the delays begin with the first one again
LOG_TAIL_LINES, MAX_LOG_BYTES = 5, 5_000_000
SIGNALS, SERVER_GRACE_SECONDS = {"postgres": signal.SIGINT, "valkey-server": signal.SIGTERM}, 10

start_process = partial(  # in a session of its own: Ctrl-C in the terminal is for the launcher alone
    asyncio.create_subprocess_exec, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
)


@dataclass(eq=False)
class Program:
    """Keeps a process of `command` running from `start` to `stop`: starts it again whenever it ends."""

    name: str
    command: list[str]
    grace: float  # seconds to end after the stop signal
    popen: dict[str, Any] = field(default_factory=dict)  # further arguments for subprocess
    folds_lost_connections: bool = False
    log: Path | None = None  # for its output instead of the terminal
    pid: int | None = field(default=None, init=False)
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    guard_signal: ClassVar[signal.Signals] = signal.SIGKILL  # any other goes to the leader alone

    def prepare(self) -> None:
        """Prepares each start of the process, in a thread. Subclasses override this method; here it does nothing."""

    def start(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._stopping = asyncio.Event()
        self._pump: Thread | None = None
        self._life = asyncio.create_task(self._keep_running())

    async def stop(self, hurry: asyncio.Event) -> None:
        """Sends the process the stop signal; kills its process group after the grace period, or when `hurry` is set."""
        self._stopping.set()
        self._send(self.stop_signal)
        hurried = asyncio.create_task(hurry.wait())
        await asyncio.wait({self._life, hurried}, timeout=self.grace, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not self._life.done():
            self._send(signal.SIGKILL, os.killpg)
        with suppress(Exception):  # reported when it happened
            await self._life
        if self._pump:
            await asyncio.to_thread(self._pump.join, 1)

    async def _keep_running(self) -> None:
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            began = time.monotonic()
            how = await self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began >= STEADY_SECONDS:
                delay = FIRST_DELAY
            say(f"{self.name} {how}; starting it again in {delay:g} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
            delay = min(delay * 2, MAX_DELAY)

    async def _run_once(self) -> str:
        """Runs the process until it ends; returns in words how it ended, such as "ended with exit status 1"."""
        try:
            await asyncio.to_thread(self.prepare)
            if self._stopping.is_set():
                return "was not started"
            if self.log:
                is_long = self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES
                output: IO[bytes] = self.log.open("wb" if is_long else "ab")
            else:
                output, self._pump = open_pipe(self.name, folds=self.folds_lost_connections)
            with output:
                process = await start_process(*self.command, stdout=output, stderr=output, **self.popen)
        except Exception as error:  # noqa: BLE001 - reports whatever keeps it from starting, and tries again
            return f"could not be started ({error})"
        self.pid = process.pid
        self._changed()
        if self._stopping.is_set():
            self._send(self.stop_signal)
        status = await process.wait()
        # A worker that was killed leaves its pool children; they must not run beside those of the next one.
        self._send(signal.SIGKILL, os.killpg)
        self.pid = None
        self._changed()
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        if self.log and not self._stopping.is_set():
            with self.log.open(errors="replace") as log:
                for line in deque(log, LOG_TAIL_LINES):
                    show_line(self.name, line.rstrip())
        return f"ended with exit status {status}"

    def _send(self, number: signal.Signals, kill: Callable[[int, int], None] = os.kill) -> None:
        # Asks the leader alone: Celery's pool children would die of the SIGTERM that lets their parent end warmly.
        if self.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                kill(self.pid, number)


class Supervisor:
    """Runs programs under a guard process, which ends them if this process is killed. Reports changes of their pids."""

    def __init__(self, pids_changed: Callable[[dict[str, int]], None]) -> None:
        self.programs: dict[str, Program] = {}
        self._pids_changed = pids_changed
        self._guard: asyncio.StreamWriter | None = None
        self._is_closing = False
        self._guarding = asyncio.create_task(self._keep_guard())

    def start(self, program: Program) -> None:
        self.programs[program.name] = program
        program.start(self._report)

    async def stop(self, names: Iterable[str], hurry: asyncio.Event) -> None:
        """Stops the programs with these names at the same time; returns when the last of them has ended."""
        await asyncio.gather(*(self.programs[name].stop(hurry) for name in names if name in self.programs))

    async def close(self) -> None:
        self._is_closing = True
        self._inform_guard()
        await self._guarding

    async def _keep_guard(self) -> None:
        while not self._is_closing:
            process = await start_process(sys.executable, "-I", "-S", guard.__file__, stdin=PIPE)
            self._guard = process.stdin
            self._inform_guard()  # a guard that was killed is started again and knows nothing
            await process.wait()

    def _report(self) -> None:
        self._inform_guard()
        self._pids_changed({one.name: one.pid for one in self.programs.values() if one.pid})

    def _inform_guard(self) -> None:
        if self._guard:
            signals = {one.pid: one.guard_signal for one in self.programs.values() if one.pid}
            self._guard.write(f"{json.dumps(signals)}\n".encode())
            if self._is_closing:
                self._guard.close()


def end_leftovers(state_dir: Path, folders: list[Path]) -> None:
    """Ends processes and embedded servers left by a killed launcher. The caller must have locked the state folder."""
    ours, servers = [], []  # found by environment and folder: a recorded pid may be another program's by now
    for process in psutil.process_iter(["name", "ppid"]):
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == str(state_dir) and process.pid != os.getpid():
                ours.append(process)
            elif process.info["name"] in SIGNALS and any(map(Path(process.cwd()).is_relative_to, folders)):
                servers.append(process)
    if ours or servers:
        say(f"Ending {len(ours) + len(servers)} processes that a killed `make run` left behind")
    heads = [process for process in servers if process.info["ppid"] not in {one.pid for one in servers}]
    for process in (*ours, *heads):
        with suppress(psutil.NoSuchProcess):  # psutil checks that the pid was not recycled meanwhile
            process.send_signal(SIGNALS.get(process.info["name"], signal.SIGKILL))
    _, stubborn = psutil.wait_procs(servers, timeout=SERVER_GRACE_SECONDS)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs([*ours, *stubborn], timeout=5)
