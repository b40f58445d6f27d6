"""What the terminal shows: our own sentences, and the processes' lines behind their names."""

from __future__ import annotations

import os
import sys

NAME_WIDTH = 10
COLOURS = {"web": 36, "dispatcher": 33, "beat": 35, "worker": 32, "postgres": 34, "valkey": 31, "setup": 90}


def _coloured(text: str, code: int) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def _write(line: str) -> None:
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError:
        pass  # the terminal is closed or the pipe's reader gone: the platform is worth more than its words


def say(sentence: str) -> None:
    _write(_coloured(sentence, 1))


def show_line(name: str, line: str) -> None:
    """One line of a process's output."""
    _write(_coloured(f"{name:<{NAME_WIDTH}} |", COLOURS.get(name, 90)) + f" {line}")
