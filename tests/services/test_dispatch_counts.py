"""Jobs in dispatch messages are counted in memory, and added to the counts in Postgres from time to time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError

from jobs import dispatch_counts
from jobs.dispatch_counts import DispatchResult
from jobs.read.metrics import count_dispatches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    dispatch_counts._noted.clear()
    yield
    dispatch_counts._noted.clear()


def test_what_is_noted_is_added_once() -> None:
    dispatch_counts.note(DispatchResult.PUBLISHED, 2)
    dispatch_counts.note(DispatchResult.PUBLISHED, 3)
    for _ in range(2):
        dispatch_counts.flush()
        assert count_dispatches() == {"published": 5}


def test_not_at_once_it_is_added_some_seconds_after_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    dispatch_counts.note(DispatchResult.DUPLICATE, 1)
    dispatch_counts.flush()
    dispatch_counts.note(DispatchResult.DUPLICATE, 1)
    dispatch_counts.flush(at_once=False)
    assert count_dispatches() == {"duplicate": 1}
    monkeypatch.setattr(dispatch_counts, "_flushed_at", -dispatch_counts.FLUSH_SECONDS)
    dispatch_counts.flush(at_once=False)
    assert count_dispatches() == {"duplicate": 2}


def test_what_cannot_be_stored_is_added_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> None:
            raise OperationalError("locked")

    dispatch_counts.note(DispatchResult.REPUBLISHED, 4)
    with monkeypatch.context() as broken:
        broken.setattr(dispatch_counts, "connection", Away())
        dispatch_counts.flush()
    dispatch_counts.flush()
    assert count_dispatches() == {"republished": 4}
