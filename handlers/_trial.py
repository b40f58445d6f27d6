"""Whether a handler can be imported and called, found out in a process aside: a stranger's module may do anything.

The process is begun when it is needed, kept for the next question, and ended when its answer does not come.
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

from handlers._loading import Source

log = logging.getLogger(__name__)

# For the import of one module with all that it imports.
IMPORT_SECONDS = 10.0
# How long a verdict holds without an edit: what is missing may be installed meanwhile, a busy machine may be idle.
BROKEN_HOLDS_SECONDS, LATE_HOLDS_SECONDS, UNKNOWN_HOLDS_SECONDS = 30.0, 60.0, 5.0
# What the process may take beyond that: its start, and that of the framework which some modules need.
EXTRA_SECONDS = 30.0
MOST_KEPT = 2
_BEGIN = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from handlers._trial_process import main; main()"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problem`: why it cannot run, in a sentence. `late`: its import did not end in time."""

    problem: str | None
    holds_for: float = math.inf
    late: bool = False


class _Aside:
    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this very Python, and code of ours
            [sys.executable, "-c", _BEGIN, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """None if it is gone, or says nothing for too long."""
        pipe, answers = self._process.stdin, self._process.stdout
        if pipe is None or answers is None:
            return None
        told = b""
        try:
            pipe.write(json.dumps(question).encode() + b"\n")
            while not told.endswith(b"\n"):
                if not select.select([answers], [], [], question["seconds"] + EXTRA_SECONDS)[0]:
                    return None
                more = answers.read(1 << 16)
                if not more:
                    return None
                told += more
        except OSError:
            return None
        found: dict[str, Any] = json.loads(told)
        return found

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


class Trials:
    """`setup`, like "package:function", is called before modules that need that package set up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[_Aside] = []
        self._owner = os.getpid()
        atexit.register(self.close)

    def judge(self, source: Source, *, forget: Mapping[str, Path] | None, setup: str = "") -> Verdict:
        question = {
            "path": sys.path,
            "job_type": source.job_type,
            "module": source.module,
            "file": str(source.file),
            "forget": None if forget is None else {name: str(file) for name, file in forget.items()},
            "seconds": IMPORT_SECONDS,
            "setup": "",
        }
        answer = self._ask(question)
        if answer and setup and setup.partition(":")[0] in answer.get("raised_in", ()):
            answer = self._ask(question | {"setup": setup, "seconds": IMPORT_SECONDS + EXTRA_SECONDS / 2})
        if answer is None:
            # No word against the module: nobody is refused for want of a trial.
            return Verdict(None, UNKNOWN_HOLDS_SECONDS)
        if answer["problem"] is None:
            return Verdict(None)
        late = bool(answer.get("late"))
        return Verdict(answer["problem"], LATE_HOLDS_SECONDS if late else BROKEN_HOLDS_SECONDS, late)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        # One that was kept may just have ended, having nothing to do.
        until = time.monotonic() + question["seconds"]
        for _ in range(MOST_KEPT + 1):
            aside = self._take()
            answer = aside.ask(question)
            if answer is not None:
                self._keep(aside)
                return answer
            aside.end()
            if time.monotonic() > until:
                break
        log.error("%s could not be tried: the process for that says nothing", question["file"])
        return None

    def _take(self) -> _Aside:
        with self._lock:
            if self._owner != os.getpid():  # forked: they are the parent's
                self._kept, self._owner = [], os.getpid()
            return self._kept.pop() if self._kept else _Aside()

    def _keep(self, aside: _Aside) -> None:
        with self._lock:
            if len(self._kept) < MOST_KEPT:
                self._kept.append(aside)
                return
        aside.end()

    def close(self) -> None:
        with self._lock:
            mine = self._kept if self._owner == os.getpid() else []
            self._kept = []
        for aside in mine:
            aside.end()


trials = Trials()
