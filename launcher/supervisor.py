"""Keeps a set of programs running, with a guard for the case that the launcher itself is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from launcher import guard
from launcher.child import Child, Program

PidsChanged = Callable[[dict[str, int]], None]


class Guard:
    """Our end of `guard.py`. A guard that is killed is started again and told everything anew."""

    def __init__(self) -> None:
        self._watched: dict[int, int] = {}
        self._pipe: int | None = None
        self._closing = False
        self._life = asyncio.create_task(self._keep_running())

    def watch(self, pid: int, with_signal: signal.Signals) -> None:
        self._watched[pid] = with_signal
        self._tell(f"+ {pid} {int(with_signal)}\n")

    def forget(self, pid: int) -> None:
        self._watched.pop(pid, None)
        self._tell(f"- {pid}\n")

    async def close(self) -> None:
        self._closing = True
        self._close_pipe()
        await self._life

    async def _keep_running(self) -> None:
        while not self._closing:
            read_end, self._pipe = os.pipe()
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", Path(guard.__file__)),
                stdin=read_end,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
            os.close(read_end)
            for pid, with_signal in self._watched.items():
                self._tell(f"+ {pid} {int(with_signal)}\n")
            await process.wait()
            self._close_pipe()

    def _close_pipe(self) -> None:
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            os.close(pipe)

    def _tell(self, line: str) -> None:
        if self._pipe is not None:
            with suppress(BrokenPipeError):  # the next guard will be told
                os.write(self._pipe, line.encode())


class Supervisor:
    """`pids_changed` is called at each start and end of a process with all that run just now."""

    def __init__(self, pids_changed: PidsChanged) -> None:
        self.children: dict[str, Child] = {}
        self._pids_changed = pids_changed
        self._guarded: dict[str, int] = {}
        self._guard = Guard()

    def start(self, program: Program) -> None:
        self.children[program.name] = Child(program, self._note)

    async def stop(self, names: Iterable[str], hurry: asyncio.Event) -> None:
        """These together; returns when the last of them is gone."""
        stopping = [self.children[name].stop(hurry) for name in names if name in self.children]
        await asyncio.gather(*stopping)

    async def close(self) -> None:
        await self._guard.close()

    def _note(self, child: Child, pid: int | None) -> None:
        name = child.program.name
        if pid is None:
            self._guard.forget(self._guarded.pop(name))
        else:
            self._guarded[name] = pid
            self._guard.watch(pid, child.program.stop_signal if child.program.is_server else signal.SIGKILL)
        self._pids_changed(dict(self._guarded))
