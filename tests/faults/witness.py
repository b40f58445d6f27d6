"""The witness file: what the handlers themselves wrote of their runs, beside and without the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SPOILED = "spoiled:"


@dataclass
class Run:
    """One attempt, from its first to its last sign of life (seconds of the machine's monotonic clock)."""

    job_id: str
    attempt: int
    pid: int
    began: float
    last: float
    ended: str = ""  # "returned" or "raised"; empty if it never came to that
    spoiled: str = ""  # what it found in its process of earlier jobs


def read(file: Path) -> list[Run]:
    return runs(file.read_text().splitlines())


def runs(lines: Iterable[str]) -> list[Run]:
    """A process that claims the same attempt twice shows as two runs."""
    found: dict[tuple[str, int, int], Run] = {}
    finished: list[Run] = []
    for line in lines:
        what, job_id, attempt, pid, moment = line.split()
        key = job_id, int(attempt), int(pid)
        if what == "began":
            if key in found:
                finished.append(found[key])
            found[key] = Run(job_id, int(attempt), int(pid), float(moment), float(moment))
            continue
        run = found[key]
        run.last = float(moment)
        if what.startswith(SPOILED):
            run.spoiled = what.removeprefix(SPOILED)
        elif what != "lives":
            run.ended = what
    return finished + list(found.values())
