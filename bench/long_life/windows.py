"""Computes rate and start latency of a load in windows of time, and when they are as they were before."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.long_life.load import Offer
from bench.table import percentile

P50_AT_MOST, P99_AT_MOST = 1.5, 2.0  # times those before
RATE_AT_LEAST = 0.95  # of the offered one; single seconds vary
BUCKET_SECONDS = 1.0
STEADY_BUCKETS = 2
NEVER = float("inf")


@dataclass(frozen=True)
class Window:
    """Names a time between two seconds since the epoch."""

    name: str
    since: float
    until: float


@dataclass(frozen=True)
class Figures:
    """Stores jobs a second that were due and that started, and milliseconds from due to the handler's first line."""

    name: str
    offered: float
    achieved: float
    refused: int
    p50: float
    p99: float


@dataclass(frozen=True)
class Record:
    """Stores what was offered, in order of time, and when the handler of each number started first."""

    offers: Sequence[Offer]
    starts: Mapping[int, float]

    def figures(self, window: Window) -> Figures:
        """Returns the figures of the jobs that were due in the window, and the starts in it."""
        seconds = window.until - window.since
        due = [offer for offer in self.offers if window.since <= offer.due < window.until]
        late = [(self.starts[one.number] - one.due) * 1000 for one in due if one.number in self.starts]
        started = sum(window.since <= at < window.until for at in self.starts.values())
        return Figures(
            window.name,
            len(due) / seconds,
            started / seconds,
            sum(not offer.is_accepted for offer in due),
            percentile(late, 50) if late else NEVER,
            percentile(late, 99) if late else NEVER,
        )

    def seconds_until(self, is_good: Callable[[Figures], bool], *, since: float) -> float:
        """Returns how long after `since` some successive buckets of a second were good, or NEVER."""
        steady, bucket = 0, 0
        while self.offers and since + (bucket + 1) * BUCKET_SECONDS <= self.offers[-1].due:
            begin = since + bucket * BUCKET_SECONDS
            is_steady = is_good(self.figures(Window("", begin, begin + BUCKET_SECONDS)))
            steady = steady + 1 if is_steady else 0
            bucket += 1
            if steady == STEADY_BUCKETS:
                return (bucket - STEADY_BUCKETS) * BUCKET_SECONDS
        return NEVER

    def seconds_until_like(self, before: Figures, *, since: float) -> float:
        """Returns how long after `since` the p50 is within its bound again, or NEVER: a second has no p99."""
        return self.seconds_until(lambda figures: figures.p50 <= P50_AT_MOST * before.p50, since=since)

    def seconds_until_rate(self, *, since: float) -> float:
        """Returns how long after `since` as many jobs start as are offered again, or NEVER."""
        return self.seconds_until(
            lambda figures: figures.achieved >= RATE_AT_LEAST * figures.offered, since=since
        )


def print_figures(title: str, all_figures: Sequence[Figures]) -> None:
    """Prints a line for each window; the first is the one before, to which the ratios refer."""
    before = all_figures[0]
    print(f"(h) {title}: jobs/s offered and started, start latency in ms", file=sys.stderr)
    for one in all_figures:
        print(
            f"  {one.name:<12} {one.offered:7.1f} {one.achieved:7.1f}   p50 {one.p50:9.1f} {one.p50 / before.p50:7.2f}x"
            f"   p99 {one.p99:9.1f} {one.p99 / before.p99:7.2f}x   refused {one.refused}",
            file=sys.stderr,
            flush=True,
        )
