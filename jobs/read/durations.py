"""Estimates quantiles of durations from histograms by BUCKETS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from jobs.models.counters import BUCKETS

QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


class Durations(TypedDict):
    """Describes many durations in seconds: how many, their mean, and estimated quantiles; null without any."""

    count: int
    mean: float | None
    p50: float | None
    p95: float | None
    p99: float | None


def describe_durations(numbers: Sequence[int], seconds: float) -> Durations:
    """Describes a histogram: `numbers` of durations by bucket, and `seconds`, the sum of all of them."""
    count = sum(numbers)
    if not count:
        return Durations(count=0, mean=None, p50=None, p95=None, p99=None)
    p50, p95, p99 = (round(estimate_quantile(numbers, part), 4) for part in QUANTILES.values())
    return Durations(count=count, mean=round(seconds / count, 4), p50=p50, p95=p95, p99=p99)


def estimate_quantile(numbers: Sequence[int], part: float) -> float:
    """Returns the duration in seconds below which about that part (0 to 1) of the durations are.

    It is in the bucket that has the true quantile: within the bucket durations count as evenly spread, as Prometheus's
    `histogram_quantile` does it. Of the last bucket, which has no upper bound, it is the lower bound.
    """
    wanted, below = part * sum(numbers), 0
    for bucket, number in enumerate(numbers):
        if below + number >= wanted and number:
            lower = BUCKETS[bucket - 1] if bucket else 0.0
            if bucket == len(BUCKETS):
                return lower
            return lower + (BUCKETS[bucket] - lower) * (wanted - below) / number
        below += number
    return BUCKETS[-1]
