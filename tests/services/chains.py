"""A recurring template's series as tests speak of it."""

from __future__ import annotations

from typing import Any

from jobs.models import Job, Series
from jobs.states import LIVE
from jobs.transitions import Attempt
from tests.factories import begin, enqueue, recurring, store


def start(**keys: Any) -> Series:
    """The series of a recurring template that was stored just now."""
    store(recurring(**keys))
    return Series.objects.get()


def waiting(series: Series) -> Any:
    return Job.objects.get(series=series, state__in=LIVE)


def run_one(series: Series) -> Attempt:
    return begin(enqueue(waiting(series).pk))


def numbers(series: Series) -> list[int]:
    found = Job.objects.filter(series=series).order_by("id").values_list("series_number", flat=True)
    return [number for number in found if number is not None]
