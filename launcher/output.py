"""Prints the launcher's own sentences, and the output of its processes, each line behind the name of its process."""

import os
import re
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO

COLOURS = {"web": 36, "dispatcher": 33, "beat": 35, "worker": 32, "postgres": 34, "valkey": 31, "setup": 90}
MAX_LINE = 64 * 1024

_TRACEBACK = "Traceback (most recent call last):"
_WITHIN = ("During handling of the above exception", "The above exception was the direct cause", " ", "\t")
_LOST_CONNECTION = re.compile(r"[\w.]*(Connection\w*Error|TimeoutError|BusyLoadingError)\b")
_writing = threading.Lock()


def say(sentence: str) -> None:
    """Prints a sentence of the launcher itself."""
    _write(sentence, colour=1)


def show_line(name: str, line: str) -> None:
    """Prints one line of a process's output, with the name of the process before it."""
    _write(f"{name:<10} |", f" {line}", colour=COLOURS.get(name, 90))


def open_pipe(name: str, *, folds: bool = False) -> tuple[IO[bytes], threading.Thread]:
    """Returns a pipe for a process's output, and the thread that prints its lines until every writer has closed it."""
    read_end, write_end = os.pipe()

    def show_all() -> None:
        with os.fdopen(read_end, encoding="utf-8", errors="replace", newline="\n") as output:
            # The limit cuts a very long line into pieces.
            lines = (line.rstrip("\r\n") for line in iter(lambda: output.readline(MAX_LINE), ""))
            for line in fold_lost_connections(lines) if folds else lines:
                show_line(name, line)

    thread = threading.Thread(target=show_all, daemon=True)
    thread.start()
    return os.fdopen(write_end, "wb"), thread


def fold_lost_connections(lines: Iterable[str]) -> Iterator[str]:
    """Yields the lines, but of a traceback for a lost connection only the last; beat prints two while Redis is away."""
    held, last = list[str](), ""
    for line in lines:
        if line.startswith(_TRACEBACK) or (held and (not line or line.startswith(_WITHIN))):
            held.append(line)
        elif held and held[-1][:1].isspace():  # the exception itself, below the frames
            held.append(line)
            last = line
        else:
            yield from [last] if _LOST_CONNECTION.match(last) else held
            yield line
            held, last = [], ""
    yield from [last] if _LOST_CONNECTION.match(last) else held


def _write(head: str, rest: str = "", *, colour: int) -> None:
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        head = f"\x1b[{colour}m{head}\x1b[0m"
    with _writing, suppress(OSError):  # nobody reads it any more: the platform goes on
        sys.stdout.write(f"{head}{rest}\n")
        sys.stdout.flush()
