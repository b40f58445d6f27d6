"""Imports modules of handlers on trial, each in a fork of its own: what they do there harms nobody.

One question a line on standard input, one answer a line on standard output. It ends with whoever asks, and when it
has not been asked for a while.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from handlers._loading import HandlerBroken, Source, fresh_import, handler_from, reason_of

IDLE_SECONDS = 60.0
# From the end of its pipe to the end of a process.
DEATH_SECONDS = 1.0
LONGEST_DETAIL = 2000
Answer = dict[str, Any]


def main() -> None:
    questions, answers = os.dup(0), os.dup(1)
    _silence()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks; then the questions end
    with open(questions, "rb") as lines:
        while select.select([questions], [], [], IDLE_SECONDS)[0] and (line := lines.readline()):
            question = json.loads(line)
            os.write(answers, json.dumps(_tried(question)).encode() + b"\n")


def _silence() -> None:
    """What modules print is nobody's, and must not stand among the answers."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)


def _tried(question: Answer) -> Answer:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _try_and_leave(question, writing)
    os.close(writing)
    status: int | None = None
    try:
        if not select.select([reading], [], [], question["seconds"])[0]:
            return _broken(question, f"its import takes longer than {question['seconds']:g} s") | {
                "late": True
            }
        if told := os.read(reading, 1 << 16):
            answer: Answer = json.loads(told)
            return answer
        status = _status_of(pid)
        return _broken(question, f"its import {_how_it_ended(status)}")
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # with all that it started
        if status is None:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _try_and_leave(question: Answer, writing: int) -> NoReturn:
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.write(writing, json.dumps(_judged(question)).encode())
    finally:
        os._exit(os.EX_OK)


def _judged(question: Answer) -> Answer:
    sys.path[:] = question["path"]
    source = Source(question["job_type"], question["module"], Path(question["file"]))
    try:
        if question["setup"]:
            module, _, function = question["setup"].partition(":")
            getattr(importlib.import_module(module), function)()
        handler_from(source, fresh_import(source, forget=_forgotten(question["forget"])))
    except HandlerBroken as exc:
        return {"problem": exc.problems[0].detail[:LONGEST_DETAIL], "raised_in": _raised_in(exc)}
    except BaseException as exc:  # noqa: BLE001 - a module may raise anything
        return _broken(question, reason_of(exc))
    return {"problem": None}


def _forgotten(helpers: dict[str, str] | None) -> dict[str, Path] | None:
    return None if helpers is None else {name: Path(file) for name, file in helpers.items()}


def _raised_in(exc: HandlerBroken) -> list[str]:
    """The packages whose exceptions these are: one may only miss that it was set up."""
    found: list[str] = []
    cause: BaseException | None = exc.__cause__
    while cause is not None and len(found) < 10:
        found += [one.__module__.partition(".")[0] for one in type(cause).__mro__]
        cause = cause.__cause__ or cause.__context__
    return found


def _broken(question: Answer, why: str) -> Answer:
    return {"problem": f"{question['file']} cannot be imported: {why}."[:LONGEST_DETAIL]}


def _status_of(pid: int) -> int | None:
    until = time.monotonic() + DEATH_SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.01)
    return None


def _how_it_ended(status: int | None) -> str:
    if status is None:
        return "closed the files of its process"
    if os.WIFSIGNALED(status):
        return f"ends its process by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ends its process with status {os.waitstatus_to_exitcode(status)}"
