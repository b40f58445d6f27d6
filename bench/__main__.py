"""Run the parts that were asked for, one after another on the same servers, and print one table."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from typing import Protocol

from bench import (
    creating,
    due,
    end_to_end,
    fan_out,
    growth,
    idling,
    latency,
    leaks,
    long_life,
    many_jobs,
    table,
    validation,
)
from bench.scale import FULL, QUICK, Scale
from bench.stage import Stage, stage
from tests.support.could_not_run import Missing


class Part(Protocol):
    """A module of ours: its docstring says what it measures, and which targets."""

    __doc__: str | None

    def measure(self, ready: Stage, scale: Scale, /) -> list[table.Row]: ...


# Growth and many jobs last: they leave the servers in another state.
PARTS: dict[str, Part] = {
    "a": end_to_end,
    "b": creating,
    "c": latency,
    "d": due,
    "f": fan_out,
    "g": idling,
    "h": long_life,
    "l": leaks,
    "v": validation,
    "e": growth,
    "m": many_jobs,
}


def main() -> int:
    arguments = _arguments()
    scale = QUICK if arguments.quick else FULL
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: everything is stopped
    try:
        with stage() as ready:
            rows = [row for part in arguments.parts for row in _run(part, ready, scale)]
    except Missing as missing:
        sys.exit(f"The benchmarks cannot run here: {missing}. {missing.remedy}")
    except KeyboardInterrupt:
        return 130
    print(table.text(rows))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    lines = [f"{name}: {(part.__doc__ or '').splitlines()[0]}" for name, part in PARTS.items()]
    parser.add_argument("parts", nargs="*", metavar="part", help="; ".join(lines))
    parser.add_argument("--quick", action="store_true", help="small numbers, one repeat: does it run at all?")
    arguments = parser.parse_args()
    arguments.parts = arguments.parts or list(PARTS)
    if unknown := [part for part in arguments.parts if part not in PARTS]:
        parser.error(f"unknown part {', '.join(unknown)}: choose from {', '.join(PARTS)}")
    return arguments


def _run(part: str, ready: Stage, scale: Scale) -> list[table.Row]:
    began = time.monotonic()
    rows = PARTS[part].measure(ready, scale)
    print(
        f"({part}) took {time.monotonic() - began:.0f} s\n{table.text(rows)}\n", file=sys.stderr, flush=True
    )
    return rows


if __name__ == "__main__":
    sys.exit(main())
