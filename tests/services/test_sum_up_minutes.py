"""Counts that never fall: older minutes are summed up, and what is numbered later is counted all the same."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from jobs.dispatcher import counting
from jobs.models import CountMark, JobCount, JobMinute
from tests.factories import number_events, scheduled, succeeded

pytestmark = pytest.mark.django_db
FIGURES = ("created", "started", "succeeded", "wait_seconds", "run_seconds")


def totals() -> dict[str, Any]:
    """The counters of all time: those summed up, and the minutes since."""
    found: Counter[str] = Counter()
    rows: list[Any] = [
        *JobCount.objects.all(),
        *JobMinute.objects.filter(minute__gte=CountMark.objects.get().minute),
    ]
    for row in rows:
        found.update({name: getattr(row, name) for name in FIGURES})
        found.update({f"waits {bucket}": number for bucket, number in enumerate(row.waits)})
        found.update({f"runs {bucket}": number for bucket, number in enumerate(row.runs)})
    return {name: number for name, number in found.items() if number}


def let_minutes_pass(minutes: int) -> None:
    JobMinute.objects.update(minute=F("minute") - timedelta(minutes=minutes))


def test_older_minutes_are_summed_up_once() -> None:
    counting.sum_up_minutes()
    for _ in range(3):
        succeeded()
    number_events()
    before = totals()
    assert before["succeeded"] == 3
    let_minutes_pass(30)
    CountMark.objects.update(minute=timezone.now() - timedelta(hours=1))
    for _ in range(2):
        assert counting.sum_up_minutes() == counting.SUM_UP_SECONDS
        assert totals() == pytest.approx(before)
    assert JobCount.objects.get().succeeded == 3


def test_open_minutes_are_left_alone() -> None:
    succeeded()
    number_events()
    counting.sum_up_minutes()
    assert not JobCount.objects.exists()
    assert totals()["succeeded"] == 1


def test_what_is_numbered_after_its_minute_was_summed_up_counts_too() -> None:
    succeeded()
    scheduled()
    CountMark.objects.update_or_create(pk=1, defaults={"minute": timezone.now() + timedelta(minutes=5)})
    number_events()
    assert totals()["created"] == 2
    assert JobCount.objects.get().succeeded == 1
    assert JobMinute.objects.get().succeeded == 1


def test_numbers_of_several_sums_add_up() -> None:
    for _ in range(2):
        CountMark.objects.update_or_create(pk=1, defaults={"minute": timezone.now() - timedelta(hours=1)})
        JobMinute.objects.all().delete()
        succeeded()
        number_events()
        let_minutes_pass(10)
        counting.sum_up_minutes()
    assert JobCount.objects.get().succeeded == 2
    assert sum(JobCount.objects.get().runs) == 2
