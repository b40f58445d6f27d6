"""Imports modules of job handlers to check them, each in a forked process, so that they cannot harm any other process.

Reads one question per line from standard input and writes one answer per line to standard output, both as JSON. Ends
when its input is closed, or after MAX_IDLE_SECONDS without a question.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from foundation import secret_settings
from handlers._loading import HandlerBroken, Source, describe_error, import_source, make_handler

MAX_IDLE_SECONDS = 60.0
# How long a fork may take to end after it has closed its pipe.
MAX_END_SECONDS = 1.0
# Of a problem. The parent cuts it shorter, once it has masked what is secret in it.
MAX_SENT_CHARACTERS = 16 * 1024
Answer = dict[str, Any]


def main() -> None:
    """Answers questions of import checks until the input is closed, or until none arrives for MAX_IDLE_SECONDS."""
    questions, answers = os.dup(0), os.dup(1)
    _silence()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the input
    with open(questions, "rb") as lines:
        while select.select([questions], [], [], MAX_IDLE_SECONDS)[0] and (line := lines.readline()):
            question = json.loads(line)
            os.write(answers, json.dumps(_check_in_fork(question)).encode() + b"\n")


def _silence() -> None:
    """Redirects standard input, output and error to /dev/null: imported modules must not print among the answers."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)


def _check_in_fork(question: Answer) -> Answer:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _check_and_exit(question, writing)
    os.close(writing)
    status: int | None = None
    try:
        if not select.select([reading], [], [], question["seconds"])[0]:
            return _as_broken(question, f"its import takes longer than {question['seconds']:g} s") | {
                "timed_out": True
            }
        if received := b"".join(_read_line(reading)):
            answer: Answer = json.loads(received)
            return answer
        status = _wait_for_end(pid)
        return _as_broken(question, f"its import {_describe_end(status)}")
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # and all that it started
        if status is None:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _read_line(reading: int) -> Iterator[bytes]:
    """Yields what the fork writes until the end of its line; programs that it started may keep the pipe open."""
    while data := os.read(reading, 1 << 16):
        yield data
        if data.endswith(b"\n"):
            return


def _check_and_exit(question: Answer, writing: int) -> NoReturn:
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with open(writing, "wb") as pipe:
            pipe.write(json.dumps(_check(question)).encode() + b"\n")
    finally:
        os._exit(os.EX_OK)


def _check(question: Answer) -> Answer:
    sys.path[:] = question["path"]
    source = Source(question["job_type"], question["module"], Path(question["file"]))
    secret_settings.receive(question["settings"])
    try:
        if question["setup"]:
            module, _, function = question["setup"].partition(":")
            getattr(importlib.import_module(module), function)()
        make_handler(source, import_source(source, forget=_as_paths(question["forget"])))
    except HandlerBroken as exc:
        return {
            "problem": exc.problems[0].detail[:MAX_SENT_CHARACTERS],
            "raised_in": _find_raising_packages(exc),
        }
    except BaseException as exc:  # noqa: BLE001 - a module may raise anything
        return _as_broken(question, describe_error(exc))
    return {"problem": None}


def _as_paths(helpers: dict[str, str] | None) -> dict[str, Path] | None:
    return None if helpers is None else {name: Path(file) for name, file in helpers.items()}


def _find_raising_packages(exc: HandlerBroken) -> list[str]:
    """Returns the packages of the exceptions that caused `exc`: the import may work once one of them is set up."""
    found: list[str] = []
    cause: BaseException | None = exc.__cause__
    while cause is not None and len(found) < 10:
        found += [one.__module__.partition(".")[0] for one in type(cause).__mro__]
        cause = cause.__cause__ or cause.__context__
    return found


def _as_broken(question: Answer, why: str) -> Answer:
    return {"problem": f"{question['file']} cannot be imported: {why}."[:MAX_SENT_CHARACTERS]}


def _wait_for_end(pid: int) -> int | None:
    until = time.monotonic() + MAX_END_SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.01)
    return None


def _describe_end(status: int | None) -> str:
    if status is None:
        return "closed the files of its process"
    if os.WIFSIGNALED(status):
        return f"ends its process by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ends its process with status {os.waitstatus_to_exitcode(status)}"
