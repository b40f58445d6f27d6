"""`make chaos MINUTES=60 SEED=n`: random faults, also two at once, for as long as asked. Fails if a promise breaks."""

from __future__ import annotations

import argparse
import logging
import random
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults import embedded, small_disk
from tests.faults.clocks import POSTGRES, Clocks
from tests.faults.faults import Fault
from tests.faults.left_out import left_out
from tests.faults.longer_faults import ALL
from tests.faults.performance import Performance
from tests.faults.stage import Stage, raised
from tests.support import real_servers
from tests.support.folders import make_private_folder
from tests.support.real_servers import Place

PAIRS_SHARE = 0.4
A_SECOND = 6.0
CALM_SECONDS = (2.0, 20.0)


def main() -> int:
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # everything is stopped and removed
    logging.getLogger("httpx").setLevel(logging.WARNING)
    again = f"MINUTES={options.minutes:g} SEED={options.seed}{_further(options)}"
    print(f"chaos: {options.minutes:g} minutes; again with: make chaos {again}", flush=True)
    with make_private_folder("chaos") as folder, _stage(folder, options) as stage:
        broken = _suffer(stage, options)
        if broken:
            print(stage.last_lines())
            print(*broken, sep="\n")
    print(f"chaos: {len(broken)} violations, {'FAILED' if broken else 'no promise was broken'}", flush=True)
    return 1 if broken else 0


@contextmanager
def _stage(folder: Path, options: argparse.Namespace) -> Iterator[Stage]:
    servers_of = embedded if options.embedded else real_servers
    clocks = Clocks(folder)
    with small_disk.mounted(folder, minutes=options.minutes) as disk:
        place = Place(
            folder=None if disk.missing else disk.folder,
            options=() if disk.missing else small_disk.POSTGRES_OPTIONS,
            env=clocks.environment(POSTGRES),
        )
        with (
            servers_of.run_real_servers(place) as servers,
            raised(folder, servers, clocks=clocks, disk=disk) as stage,
        ):
            yield stage


def _suffer(stage: Stage, options: argparse.Namespace) -> list[str]:
    dice = random.Random(options.seed)
    end = time.monotonic() + options.minutes * 60
    with Performance(
        stage, options.seed, a_second=options.jobs, poison=True, patience=60, strict=True
    ) as play:
        possible = _possible(stage, options.only)
        broken: list[str] = []
        while time.monotonic() < end and not broken:
            faults = _draw(dice, possible)
            print(time.strftime("%H:%M:%S"), *(fault.__name__ for fault in faults), flush=True)
            broken += play.suffer(*faults)
            time.sleep(dice.uniform(*CALM_SECONDS))
        print(time.strftime("%H:%M:%S"), "the load ends", flush=True)
        broken += play.ends_well()
        print(f"chaos: {play.summary()}", flush=True)
    return broken


def _possible(stage: Stage, only: str) -> list[Fault]:
    out = left_out(stage)
    for fault, why in out.items():
        print(f"chaos: LEFT OUT: {fault.__name__}: {why}", flush=True)
    return [fault for fault in ALL if only in fault.__name__ and fault not in out]


def _draw(dice: random.Random, among: list[Fault]) -> list[Fault]:
    count = 2 if dice.random() < PAIRS_SHARE and len(among) > 1 else 1
    return dice.sample(among, count)


def _further(options: argparse.Namespace) -> str:
    """What else it takes to draw the same faults."""
    given = [f"--only {options.only}"] if options.only else []
    given += ["--embedded"] if options.embedded else []
    given += [f"--jobs {options.jobs:g}"] if options.jobs != A_SECOND else []
    return f' ARGS="{" ".join(given)}"' if given else ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--jobs", type=float, default=A_SECOND, help="a second")
    parser.add_argument("--only", default="", help="faults with this in their name")
    parser.add_argument("--embedded", action="store_true", help="on the servers of make run")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = secrets.randbelow(10**6)
    return options


if __name__ == "__main__":
    sys.exit(main())
