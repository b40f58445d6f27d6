"""(m) many jobs: every list, filter and count with 1,000 ended jobs and with 10,000,000, and retention of a day.

Ended jobs of a month lie in a partition for each day, with events, feed, counters and log lines, of 40 types, five
authors, four queues, and every tenth of a series; beside them wait 100,000 jobs and 10,000 series. Over HTTP with the
whole platform running, one request after another, first pages, warm. Then retention deletes a day's 1,000,000 jobs
while others are created, run and end. Unit: ms. Targets: each at most 50 ms, what an index serves at most 1.5 x of
the same with 1,000 jobs; retention at most 10 s.
"""

from __future__ import annotations

from bench.many_jobs import lists, retention
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row


def measure(stage: Stage, scale: Scale) -> list[Row]:
    """Returns the rows of both."""
    return [*lists.measure(stage, scale), *retention.measure(stage, scale)]
