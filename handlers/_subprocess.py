"""Runs programs for job handlers, through `_guard.py`, so that the programs do not outlive their job."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.2
GRACE_SECONDS = 5.0
_GUARD = str(Path(__file__).with_name("_guard.py"))


def run_program(
    argv: Sequence[str],
    *,
    checkpoint: Callable[[], None],
    input: Any = None,
    timeout: float | None = None,
    check: bool = False,
    capture_output: bool = False,
    **popen: Any,
) -> subprocess.CompletedProcess[Any]:
    """Runs a program like `subprocess.run`, and calls `checkpoint` repeatedly while it waits for the program.

    Whatever ends the waiting, including an exception from `checkpoint`, also ends the program and all that it started.
    """
    if isinstance(argv, str | bytes) or popen.get("shell"):
        raise TypeError("run takes a list of arguments; for a shell write run(['sh', '-c', line])")
    if capture_output:
        popen |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if input is not None:
        popen["stdin"] = subprocess.PIPE
    checkpoint()
    argv = _resolve_program(argv, popen)
    guarded = [sys.executable, "-I", _GUARD, str(os.getpid()), *argv]
    popen["start_new_session"] = True
    process: subprocess.Popen[Any] = subprocess.Popen(guarded, **popen)  # noqa: S603 - running programs is the purpose
    try:
        output, errors = _wait(process, argv, checkpoint=checkpoint, input=input, timeout=timeout)
    finally:
        _end_group(process)
    completed = subprocess.CompletedProcess(argv, process.returncode, output, errors)
    if check:
        completed.check_returncode()
    return completed


def _resolve_program(argv: Sequence[str], popen: dict[str, Any]) -> list[str]:
    """Returns `argv` with the program's full path. Raises FileNotFoundError if there is no such executable file."""
    program, *arguments = map(os.fspath, argv)
    if os.sep in program:
        found = shutil.which(os.path.abspath(os.path.join(popen.get("cwd") or "", program)))
    else:
        found = shutil.which(program, path=(popen.get("env") or os.environ).get("PATH"))
    if not found:
        raise FileNotFoundError(f"there is no program {program!r}, or it may not be run")
    return [found, *arguments]


def _wait(
    process: subprocess.Popen[Any],
    argv: Sequence[str],
    *,
    checkpoint: Callable[[], None],
    input: Any,
    timeout: float | None,
) -> tuple[Any, Any]:
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            return process.communicate(input, timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            input = None  # communicate remembers what it has to write
        checkpoint()
        if timeout is not None and deadline is not None and time.monotonic() > deadline:
            raise subprocess.TimeoutExpired(argv, timeout)


def _end_group(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        _signal_group(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    # Also after a normal end: what the program left running in its group ends with it.
    _signal_group(process, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _signal_group(process: subprocess.Popen[Any], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
