"""One process kept running: started, its output shown, started again when it ends, stopped with a grace."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.folding import Folding
from launcher.output import say, show_line

FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0
STEADY_SECONDS = 30.0  # a life this long makes the next end a new trouble, not the same one again
LONGEST_LINE = 64 * 1024
LOG_TAIL_LINES = 5


@dataclass(frozen=True)
class Program:
    """`popen`: further arguments for the start (env, cwd, user). `log`: a file instead of the terminal."""

    name: str
    command: list[str]
    grace: float
    popen: dict[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    is_server: bool = False
    folds_lost_connections: bool = False
    log: Path | None = None
    prepare: Callable[[], None] = lambda: None


class Child:
    """`changed(child, pid)` is called with each new pid, and with None when that process has ended."""

    def __init__(self, program: Program, changed: Callable[[Child, int | None], None]) -> None:
        self.program = program
        self.pid: int | None = None
        self._changed = changed
        self._stopping = asyncio.Event()
        self._pumps: set[asyncio.Task[None]] = set()
        self._life = asyncio.create_task(self._keep_running())

    async def stop(self, hurry: asyncio.Event) -> None:
        """Asks first; after the grace, or when `hurry` is set, kills the whole group."""
        self._stopping.set()
        self._ask()
        hurried = asyncio.create_task(hurry.wait())
        either = {self._life, hurried}
        await asyncio.wait(either, timeout=self.program.grace, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not self._life.done():
            self._kill_group(self.pid)
        with suppress(Exception):  # said already, when it happened
            await self._life
        await asyncio.wait(self._pumps, timeout=1) if self._pumps else None

    async def _keep_running(self) -> None:
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            began = time.monotonic()
            how = await self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began >= STEADY_SECONDS:
                delay = FIRST_DELAY
            say(f"{self.program.name} {how}; starting it again in {delay:g} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _run_once(self) -> str:
        try:
            await asyncio.to_thread(self.program.prepare)
            if self._stopping.is_set():
                return "was not started"
            process = await self._spawn()
        except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is said and tried again
            return f"could not be started ({error})"
        self.pid = process.pid
        self._changed(self, process.pid)
        if self._stopping.is_set():
            self._ask()
        status = await process.wait()
        # A worker that was killed leaves its pool children; they must not go on beside the next one's.
        self._kill_group(process.pid)
        self.pid = None
        self._changed(self, None)
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        self._show_log_tail()
        return f"ended with exit status {status}"

    async def _spawn(self) -> asyncio.subprocess.Process:
        if self.program.log:
            with self.program.log.open("ab") as log:
                return await self._execute(log.fileno())
        read_end, write_end = os.pipe()
        try:
            process = await self._execute(write_end)
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        pump = asyncio.create_task(show_output(self.program.name, read_end, self._folding()))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)
        return process

    def _folding(self) -> Folding | None:
        return Folding() if self.program.folds_lost_connections else None

    async def _execute(self, output: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the terminal is for the launcher alone
            **self.program.popen,
        )

    def _ask(self) -> None:
        # The leader alone: Celery's pool children would die of the SIGTERM that lets their parent end warmly.
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, self.program.stop_signal)

    @staticmethod
    def _kill_group(pid: int | None) -> None:
        if pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def _show_log_tail(self) -> None:
        if self.program.log and not self._stopping.is_set():
            with self.program.log.open("rb") as log:
                log.seek(max(0, self.program.log.stat().st_size - LONGEST_LINE))
                for line in log.read().splitlines()[-LOG_TAIL_LINES:]:
                    show_line(self.program.name, line.decode(errors="replace"))


async def show_output(name: str, descriptor: int, folding: Folding | None = None) -> None:
    """Lines as they come until every writer is gone; a line without end is shown in pieces."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    rest = b""
    while chunk := await reader.read(LONGEST_LINE):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        for line in lines:
            text = line.decode(errors="replace").rstrip("\r")
            for shown in folding.feed(text) if folding else [text]:
                show_line(name, shown)
    for shown in [*(folding.close() if folding else []), *([rest.decode(errors="replace")] if rest else [])]:
        show_line(name, shown)
    transport.close()
