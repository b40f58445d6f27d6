"""Checks whether a job handler can be imported and called, in a separate process, because its code may do anything.

A check process is started when needed, reused for later checks, and killed when it does not answer.
"""

from __future__ import annotations

import atexit
import json
import logging
import math
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation import secret_settings
from foundation.masking.current import mask
from handlers._loading import Source

log = logging.getLogger(__name__)

# The time limit for importing one module with all that it imports.
IMPORT_SECONDS = 10.0
# How long a result is valid without an edit: a missing package may be installed, a busy machine may become idle.
BROKEN_VALID_SECONDS, TIMED_OUT_VALID_SECONDS, UNKNOWN_VALID_SECONDS = 30.0, 60.0, 5.0
# How much longer the process may take, to start and to set up a framework that some modules need.
EXTRA_SECONDS = 30.0
MAX_IDLE_PROCESSES = 2
MAX_DETAIL_CHARACTERS = 2000
_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from handlers._import_check_process import main
main()
"""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Holds the result of an import check of one job handler.

    `problem` is a sentence that says why the handler cannot run; None if it can run, or if the check itself failed.
    `timed_out` is true if the import took too long. `valid_seconds` limits how long the result may be cached.
    """

    problem: str | None
    valid_seconds: float = math.inf
    timed_out: bool = False


class _CheckProcess:
    """Runs `_import_check_process` as a child process, and sends it one line of JSON for each import check."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this Python and our own code
            [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=secret_settings.get_clean_environment(),
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """Sends the question of one import check and returns the answer; None if the process ended or is too slow."""
        pipe, answers = self._process.stdin, self._process.stdout
        if pipe is None or answers is None:
            return None
        received = b""
        try:
            pipe.write(json.dumps(question).encode() + b"\n")
            while not received.endswith(b"\n"):
                if not select.select([answers], [], [], question["seconds"] + EXTRA_SECONDS)[0]:
                    return None
                more = answers.read(1 << 16)
                if not more:
                    return None
                received += more
        except OSError:
            return None
        found: dict[str, Any] = json.loads(received)
        return found

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


class ImportChecker:
    """Checks job handlers in check processes, and keeps up to MAX_IDLE_PROCESSES of them idle for later checks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_CheckProcess] = []
        self._owner = os.getpid()
        atexit.register(self.close)

    def check(self, source: Source, *, forget: Mapping[str, Path] | None, setup: str = "") -> ImportResult:
        """Imports the job handler in a check process, and returns whether it can run.

        `forget` has the names and files of helper modules to import again with the handler. If the import raises an
        exception of the package in `setup` ("package:function"), calls that function and tries the import again.
        """
        question = {
            "path": sys.path,
            "job_type": source.job_type,
            "module": source.module,
            "file": str(source.file),
            "forget": None if forget is None else {name: str(file) for name, file in forget.items()},
            "seconds": IMPORT_SECONDS,
            "setup": "",
            "settings": secret_settings.find_all(),  # what the module imports may need them
        }
        answer = self._ask(question)
        if answer and setup and setup.partition(":")[0] in answer.get("raised_in", ()):
            answer = self._ask(question | {"setup": setup, "seconds": IMPORT_SECONDS + EXTRA_SECONDS / 2})
        if answer is None:
            # A failure of the check says nothing about the module, so no job is refused for it.
            return ImportResult(None, UNKNOWN_VALID_SECONDS)
        if answer["problem"] is None:
            return ImportResult(None)
        timed_out = bool(answer.get("timed_out"))
        return ImportResult(
            mask(answer["problem"])[:MAX_DETAIL_CHARACTERS],
            TIMED_OUT_VALID_SECONDS if timed_out else BROKEN_VALID_SECONDS,
            timed_out,
        )

    def _ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        # An idle process may have ended just now, after its idle time.
        until = time.monotonic() + question["seconds"]
        for _ in range(MAX_IDLE_PROCESSES + 1):
            process = self._take_process()
            answer = process.ask(question)
            if answer is not None:
                self._return_process(process)
                return answer
            process.end()
            if time.monotonic() > until:
                break
        log.error("%s could not be checked: the process for that does not answer", question["file"])
        return None

    def _take_process(self) -> _CheckProcess:
        with self._lock:
            if self._owner != os.getpid():  # after a fork the processes are the parent's
                self._idle, self._owner = [], os.getpid()
            return self._idle.pop() if self._idle else _CheckProcess()

    def _return_process(self, process: _CheckProcess) -> None:
        with self._lock:
            if len(self._idle) < MAX_IDLE_PROCESSES:
                self._idle.append(process)
                return
        process.end()

    def close(self) -> None:
        """Kills the idle check processes that this process has started."""
        with self._lock:
            mine = self._idle if self._owner == os.getpid() else []
            self._idle = []
        for process in mine:
            process.end()


import_checker = ImportChecker()
