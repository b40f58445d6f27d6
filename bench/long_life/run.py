"""Offers jobs to the platform while something happens to it, and looks at the end whether any job is lost."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import witness
from bench.ledger import forget_jobs
from bench.long_life import internals
from bench.long_life.load import Load
from bench.long_life.windows import NEVER, RATE_AT_LEAST, Figures, Record, Window, print_figures
from bench.processes import busy_seconds, cpu_seconds
from bench.scale import Scale
from bench.stage import Stage

POLL_SECONDS = 0.25
SETTLE_SECONDS = 1.0
OLD_SECONDS = 1.0
MAX_WARM_SECONDS = 10.0
REST_SECONDS = 300.0  # in which all jobs end when no more are offered


@dataclass(frozen=True)
class Losses:
    """Counts jobs that were accepted: all, those that did not succeed exactly once, and those that ran again.

    `unanswered` are requests without an answer: nobody knows whether their jobs exist.
    """

    accepted: int
    lost: int
    ran_again: int
    unanswered: int


@dataclass
class Run:
    """Watches one load; `record` and `losses` are there when all its jobs have ended."""

    stage: Stage
    load: Load
    windows: list[Window] = field(default_factory=list)
    record: Record = field(default_factory=lambda: Record([], {}))
    losses: Losses = field(default_factory=lambda: Losses(0, 0, 0, 0))
    others: float = 0.0  # processors that programs other than ours used meanwhile

    def watch(self, name: str, seconds: float) -> Window:
        """Lets that much time pass, and returns it as a window."""
        return self.watch_during(name, lambda: time.sleep(seconds))

    def watch_before(self, seconds: float) -> Window:
        """Does the same with the window before, whose last jobs start before anything else happens."""
        before = self.watch("before", seconds)
        time.sleep(SETTLE_SECONDS)
        return before

    def watch_during(self, name: str, work: Callable[[], object]) -> Window:
        """Does something, and returns the time that it took as a window."""
        since = time.time()
        work()
        self.windows.append(Window(name, since, time.time()))
        return self.windows[-1]

    def await_drained(self, *, within: float) -> float:
        """Returns after how many seconds all that was due until now has ended, and all of a second ago, or NEVER."""
        now = time.time()
        with internals.open_connection(self.stage) as connection:

            def is_drained() -> bool:
                old = max(now, time.time() - OLD_SECONDS)
                return not self.load.has_unanswered(due_before=old) and not internals.has_live_jobs(
                    connection, created_before=old
                )

            return seconds_until(is_drained, within=within)

    def print_figures(self, what: str, drained: float) -> list[Figures]:
        """Prints each window, the losses, and what else the machine did, and returns the windows' figures."""
        figures = [self.record.figures(window) for window in self.windows]
        print_figures(what, figures)
        others = f"other programs used {max(self.others, 0):.1f} of {os.cpu_count()} processors"
        print(f"  {self.losses}, drained after {drained:.1f} s; {others}", file=sys.stderr, flush=True)
        if figures[0].achieved < RATE_AT_LEAST * figures[0].offered:
            print(
                "  NOT VALID: the rate was not kept before either, the machine is too busy", file=sys.stderr
            )
        return figures


@contextmanager
def offer_jobs(stage: Stage, port: int, per_second: float, scale: Scale) -> Iterator[Run]:
    """Yields a run that offers jobs; afterwards stops it, waits until all jobs have ended, and counts losses."""
    forget_jobs(stage)
    witness.clear(stage.witness)
    run = Run(stage, Load(stage, port, per_second))
    busy, own, began = busy_seconds(), cpu_seconds([os.getpid()]), time.monotonic()
    run.load.start()
    try:
        time.sleep(min(scale.window_seconds / 2, MAX_WARM_SECONDS))  # what is cold becomes warm
        yield run
    finally:
        run.load.stop()
    # Too much if workers were killed: nobody waited for what they had started, and its time is not in ours.
    taken = busy_seconds() - busy - (cpu_seconds([os.getpid()]) - own)
    run.others = taken / (time.monotonic() - began)
    with internals.open_connection(stage) as connection:
        seconds_until(lambda: not internals.has_live_jobs(connection), within=REST_SECONDS)
        ends = internals.read_ends(connection)
    run.record = Record(run.load.offers, witness.starts(stage.witness))
    accepted = [offer for offer in run.load.offers if offer.is_accepted]
    times = Counter(witness.numbers(stage.witness))
    run.losses = Losses(
        len(accepted),
        sum(ends.get(offer.job) != ("succeeded", 1) for offer in accepted),
        sum(times[offer.number] > 1 for offer in accepted),
        sum(offer.status == 0 for offer in run.load.offers),
    )


def seconds_until(is_so: Callable[[], bool], *, within: float) -> float:
    """Asks until the answer is yes, and returns how long that took, or NEVER after `within` seconds."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > within:
            return NEVER
        time.sleep(POLL_SECONDS)
    return time.monotonic() - began
