"""Makes Prometheus's metric families from rows of figures; all names begin with PREFIX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from jobs.models.counters import BUCKETS
from jobs.read.metrics import Histogram

PREFIX = "restjobscheduler_"


def make_gauge(name: str, text: str, labels: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Metric:
    """Returns a gauge; each row has the labels' values, and then the number."""
    family = GaugeMetricFamily(PREFIX + name, text, labels=labels)
    for *values, number in rows:
        family.add_metric(values, number)
    return family


def make_counter(name: str, text: str, labels: tuple[str, ...], items: Iterable[tuple[Any, int]]) -> Metric:
    """Returns a counter, its samples called `..._total`; each item is the label's value or values, and the number."""
    family = CounterMetricFamily(PREFIX + name, text, labels=labels)
    for key, number in items:
        family.add_metric([key] if isinstance(key, str) else list(key), number)
    return family


def make_histogram(name: str, text: str, counted: Histogram) -> Metric:
    """Returns a histogram, whose buckets each contain those before them."""
    family = HistogramMetricFamily(PREFIX + name, text)
    total, buckets = 0, []
    for bound, number in zip((*map(str, BUCKETS), "+Inf"), counted.numbers, strict=True):
        total += number
        buckets.append((bound, float(total)))
    family.add_metric([], buckets, counted.seconds)
    return family
