"""Runs a Django management command for a job, if the operator allows it in MANAGEMENT_COMMANDS; logs its output."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foundation import env, secret_settings
from handlers._unfinished_line import UnfinishedLine
from handlers.context import InvalidPayload, Job, JobFailed

MANAGE = Path(__file__).resolve().parents[1] / "manage.py"
# With these options the command would run other code than the project's. Django also accepts their abbreviations.
REFUSED_OPTIONS = ("--settings", "--pythonpath")
MAX_PART_CHARACTERS = 4000


def validate(data: dict[str, Any]) -> None:
    """Raises InvalidPayload for a command that the operator has not allowed, or options that would load other code."""
    allowed = env.names("MANAGEMENT_COMMANDS")
    if data["command"] not in allowed:
        listed = ", ".join(allowed) or "none yet"
        detail = f"The operator has not allowed it in MANAGEMENT_COMMANDS (there: {listed})"
        raise InvalidPayload("command", detail)
    for number, argument in enumerate(data.get("arguments", [])):
        option = argument.partition("=")[0]
        if len(option) > 2 and any(refused.startswith(option) for refused in REFUSED_OPTIONS):
            raise InvalidPayload(f"arguments.{number}", f"{option} is not allowed here")


def management_command(data: dict[str, Any], job: Job) -> dict[str, Any]:
    """Runs the command; returns its exit code and number of output lines. Raises JobFailed if refused or failed."""
    try:
        validate(data)  # the settings of this worker count; they may differ from those at submission
    except InvalidPayload as exc:
        raise JobFailed(str(exc), retry=False) from None
    command = [sys.executable, "-u", str(MANAGE), data["command"], *data.get("arguments", [])]
    job.log("manage.py %s", " ".join(command[3:]))
    code, lines = _run(job, command)
    if code != 0:
        raise JobFailed(f"{data['command']} ended with status {code}")
    return {"exit_code": code, "lines": lines}


def _run(job: Job, command: Sequence[str]) -> tuple[int, int]:
    """Runs the command, logs its output to the job, and returns the exit code and the number of output lines."""
    reading, writing = os.pipe()
    settings = secret_settings.send()  # the environment has none of them
    lines: list[None] = []
    reader = threading.Thread(target=_log_lines, args=(reading, job, lines), daemon=True)
    reader.start()
    try:
        done = job.run(
            command,
            cwd=MANAGE.parent,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.STDOUT,
            pass_fds=[settings],
            env=secret_settings.get_clean_environment() | {secret_settings.DESCRIPTOR: str(settings)},
        )
    finally:
        os.close(writing)
        os.close(settings)
        # A program that left its process group may hold the pipe open; what it still writes is lost.
        reader.join(5)
    return done.returncode, len(lines)


def _log_lines(reading: int, job: Job, lines: list[None]) -> None:
    unfinished = UnfinishedLine()
    with open(reading, encoding="utf-8", errors="replace", newline="\n") as output:
        while part := output.readline(MAX_PART_CHARACTERS):
            unfinished.add(part.removesuffix("\n"))
            if part.endswith("\n"):
                _log_line(unfinished, job, lines)
    if unfinished:
        _log_line(unfinished, job, lines)


def _log_line(unfinished: UnfinishedLine, job: Job, lines: list[None]) -> None:
    job.log("%s", unfinished.take().replace("\0", ""))
    lines.append(None)
