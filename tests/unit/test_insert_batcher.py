"""Jobs that come together are stored together; what one cannot do does not hinder the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, OperationalError

from jobs.services import insert_batcher
from jobs.services.insert_batcher import MAX_BATCH, InsertBatcher, Row
from tests.support.waiting import wait_for

FIRST, BAD = "first", "bad"


class Store:
    """The first job's work lasts until `going_on` is set; jobs are names here."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.wakeups = 0
        self.going_on = threading.Event()
        self.error: Exception | None = None
        self.batcher = InsertBatcher(self._store, self._wake)  # type: ignore[arg-type] # names instead of jobs

    def _store(self, jobs: Sequence[str]) -> list[Row | None]:
        self.calls.append(list(jobs))
        if jobs[0] == FIRST:
            assert self.going_on.wait(60)
        if self.error is not None:
            raise self.error
        if BAD in jobs:
            raise DataError(BAD)
        return [{"name": name} for name in jobs]

    def _wake(self, _: object) -> None:
        self.wakeups += 1

    def _waits(self, count: int) -> Callable[[], bool]:
        return lambda: len(self.batcher._waiting) == count

    def store(self, name: Any) -> Row | None:
        return self.batcher.store(name)

    def come_while_the_first_is_stored(
        self, *names: str, then: Callable[[], None] = lambda: None
    ) -> list[Future[Row | None]]:
        """All have ended."""
        with ThreadPoolExecutor(len(names) + 1) as threads:
            futures = [threads.submit(self.store, FIRST)]
            wait_for("the first is stored", lambda: self.calls, within=60)
            for count, name in enumerate(names, 1):
                futures.append(threads.submit(self.store, name))
                wait_for("it waits", self._waits(count), within=60)
            then()
            self.going_on.set()
        return futures


def test_one_alone_is_stored_at_once() -> None:
    store = Store()
    assert store.store("a") == {"name": "a"}
    assert store.store("b") == {"name": "b"}
    assert (store.calls, store.wakeups) == ([["a"], ["b"]], 2)


def test_those_who_come_meanwhile_are_stored_together_and_each_gets_its_own() -> None:
    store = Store()
    futures = store.come_while_the_first_is_stored("a", "b", "c")
    assert [future.result() for future in futures] == [{"name": name} for name in (FIRST, "a", "b", "c")]
    assert (store.calls, store.wakeups) == ([[FIRST], ["a", "b", "c"]], 2)


def test_no_statement_grows_without_bound() -> None:
    store = Store()
    store.come_while_the_first_is_stored(*(str(n) for n in range(MAX_BATCH + 1)))
    assert [len(call) for call in store.calls] == [1, MAX_BATCH, 1]


def test_one_that_cannot_be_stored_fails_alone() -> None:
    store = Store()
    _, a, bad, b = store.come_while_the_first_is_stored("a", BAD, "b")
    assert (a.result(), b.result()) == ({"name": "a"}, {"name": "b"})
    with pytest.raises(DataError):
        bad.result()


def test_an_error_of_one_alone_is_its_own() -> None:
    store = Store()
    with pytest.raises(DataError):
        store.store(BAD)
    assert store.calls == [[BAD]]
    assert store.store("a") == {"name": "a"}


def test_a_database_that_is_away_is_told_to_all_and_not_asked_again() -> None:
    store = Store()

    def goes_away() -> None:
        store.error = OperationalError("away")

    futures = store.come_while_the_first_is_stored("a", "b", then=goes_away)
    assert {str(future.exception()) for future in futures} == {"away"}
    assert len({id(future.exception()) for future in futures}) == 3
    assert store.calls == [[FIRST], ["a", "b"]]


def test_it_goes_on_after_a_failure() -> None:
    store = Store()
    store.come_while_the_first_is_stored("a", then=lambda: setattr(store, "error", OperationalError("away")))
    store.error = None
    assert store.store("b") == {"name": "b"}


def test_who_waits_too_long_is_told_and_nothing_of_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insert_batcher, "MAX_WAIT_SECONDS", 0.05)
    store = Store()
    first, late = store.come_while_the_first_is_stored("late", then=lambda: gives_up(store))
    assert first.result() == {"name": FIRST}
    with pytest.raises(OperationalError):
        late.result()
    assert store.calls == [[FIRST]]
    assert store.store("b") == {"name": "b"}


def test_who_is_being_stored_when_its_time_is_up_waits_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insert_batcher, "MAX_WAIT_SECONDS", 0.05)
    store = Store()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(store.store, FIRST)
        wait_for("it is stored", lambda: store.calls, within=60)
        pending = insert_batcher.PendingInsert("b")  # type: ignore[arg-type] # a name instead of a job
        given_up = threads.submit(
            store.batcher._give_up, pending
        )  # it is in nobody's queue: somebody stores it
        pending.ready.release()
        assert given_up.result(60) is None
        store.going_on.set()
        assert first.result(60) == {"name": FIRST}


def gives_up(store: Store) -> None:
    wait_for("it gives up", store._waits(0), within=60)
