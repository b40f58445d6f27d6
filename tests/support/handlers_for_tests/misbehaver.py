"""Does one of the things that a careless handler may do to its process: exits, prints without end, uses much memory."""

import ctypes
import os
import signal
import subprocess
import sys
from typing import Any


class Unpicklable(Exception):
    def __reduce__(self) -> Any:
        raise TypeError("this exception cannot be pickled")


def misbehaver(data: dict[str, Any]) -> object:
    return WAYS[data["way"]]()


def _raise(exc: BaseException) -> None:
    raise exc


def _write_to_the_file_descriptors() -> None:
    for number in (1, 2):
        os.write(number, b"\xff\xfe not for the log\n")
    subprocess.run(["sh", "-c", "echo out; echo err >&2"], check=True)


def _print_100_megabytes() -> None:
    line = "x" * 9999
    for _ in range(10_000):
        print(line)


def _print_100_000_lines() -> None:
    for number in range(1, 100_001):
        print("line", number)


def _print_without_end() -> None:
    while True:
        print("y")


def _draw_progress_bars() -> None:
    script = r'i=0; while [ $i -lt 10000 ]; do printf "\r%d" $i; i=$((i+1)); done; echo'
    subprocess.run(["sh", "-c", script], check=True)
    for number in range(10_000):
        print(f"{number / 100:.2f} %", end="\r")


def _hold_the_interpreter() -> None:
    """Keeps the GIL for two seconds, as a long computation of a C library may."""
    ctypes.PyDLL(None).sleep(2)


WAYS = {
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "exit": lambda: os._exit(3),
    "system_exit": lambda: sys.exit(3),
    "memory_error": lambda: _raise(MemoryError()),
    "much_memory": lambda: len(bytearray(2 * 1024**3)),
    "unpicklable_exception": lambda: _raise(Unpicklable("no")),
    "unpicklable_result": object,
    "file_descriptors": _write_to_the_file_descriptors,
    "not_utf8": lambda: sys.stdout.buffer.write(b"\xff\n"),
    "much_log": _print_100_megabytes,
    "many_lines": _print_100_000_lines,
    "endless_lines": _print_without_end,
    "endless_program": lambda: subprocess.run(["yes"], check=True),
    "progress_bars": _draw_progress_bars,
    "holds_the_interpreter": _hold_the_interpreter,
}
