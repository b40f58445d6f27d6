"""What the benchmark of a long life computes from offers and starts."""

from __future__ import annotations

from bench.long_life.load import Offer
from bench.long_life.windows import NEVER, Record, Window


def record(*latencies: float, per_second: int = 10) -> Record:
    """Jobs at a steady rate; a second's jobs start so many seconds late each."""
    offers = [
        Offer(second * per_second + place, second + place / per_second, 201, "a job")
        for second in range(len(latencies))
        for place in range(per_second)
    ]
    return Record(offers, {offer.number: offer.due + latencies[int(offer.due)] for offer in offers})


def test_latency_counts_from_the_moment_a_job_is_due():
    figures = record(0.02, 0.04).figures(Window("both", 0, 2))
    assert (figures.offered, round(figures.p50), round(figures.p99)) == (10, 40, 40)


def test_a_job_that_never_started_and_was_refused_is_counted_and_has_no_latency():
    whole = record(0.02)
    whole.offers[3].status = 503
    del whole.starts[3]
    figures = whole.figures(Window("all", 0, 1))
    assert (figures.refused, round(figures.achieved), round(figures.p50)) == (1, 9, 20)


def test_it_is_as_before_when_two_seconds_in_a_row_are():
    whole = record(0.02, 0.9, 0.02, 0.9, 0.025, 0.02, 0.02)
    before = whole.figures(Window("before", 0, 1))
    assert whole.seconds_until_like(before, since=1) == 3


def test_it_is_never_as_before_while_latency_stays_high():
    whole = record(0.02, 0.9, 0.9, 0.9)
    before = whole.figures(Window("before", 0, 1))
    assert whole.seconds_until_like(before, since=1) == NEVER
