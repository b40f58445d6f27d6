"""Signals of all kinds, to any process of a worker: what they cut short runs again, and nothing fails by them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import psutil
import pytest

from tests.support.waiting import wait_for

SLEEP_SECONDS = 6
# A whole worker that is killed is noticed when its lease is over.
PROMISED_SECONDS = 45 + 2 * SLEEP_SECONDS
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1, signal.SIGKILL]


def worker(handler: int) -> Callable[[int], None]:
    main = psutil.Process(handler).parents()[1].pid
    return lambda number: os.kill(main, number)


def group(handler: int) -> Callable[[int], None]:
    leader = os.getpgid(psutil.Process(handler).ppid())
    return lambda number: os.killpg(leader, number)


def slot(handler: int) -> Callable[[int], None]:
    parent = psutil.Process(handler).ppid()
    return lambda number: os.kill(parent, number)


def handler(handler: int) -> Callable[[int], None]:
    return lambda number: os.kill(handler, number)


def run_through(platform: Any, tmp_path: Any, target: Any, numbers: list[signal.Signals]) -> dict[str, Any]:
    """A job while whose first run these signals come, a second apart; returns it when it has ended."""
    witness = tmp_path / "witness"
    with platform.listen() as listener, platform.api("operator") as api:
        job_id = api.create("sleeper", {"seconds": SLEEP_SECONDS, "witness": str(witness)})["job_id"]
        send = target(begun(witness))
        for place, number in enumerate(numbers):
            time.sleep(min(place, 1))
            send(number)
        job: dict[str, Any] = api.await_end(job_id, within=PROMISED_SECONDS)
        listener.await_ends([job_id], within=10)
        assert listener.count(job_id, "job_terminated") == 1
    for earlier, later in pairwise(runs(witness)):
        assert earlier["seen"] <= later["began"]
    return job


def begun(witness: Any) -> int:
    """The pid of the process that runs the handler."""
    wait_for("the job runs", lambda: witness.exists() and witness.read_text().endswith("\n"), within=60)
    return int(witness.read_text().split()[2])


def runs(witness: Any) -> list[dict[str, float]]:
    """When each run began and was last heard of, in order."""
    found: list[dict[str, float]] = []
    for line in witness.read_text().splitlines():
        what, _, _, at = line.split()
        if what == "began":
            found.append({"began": float(at), "seen": float(at)})
        else:
            found[-1]["seen"] = float(at)
    return found


@pytest.mark.long
@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
@pytest.mark.parametrize("target", [worker, group, slot, handler])
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_fails_no_job(platform: Any, tmp_path: Any, target: Any, number: signal.Signals) -> None:
    job = run_through(platform, tmp_path, target, [number])
    assert (job["state"], job["error"]) == ("succeeded", None)
    assert job["attempt"] <= 2


@pytest.mark.long
@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
@pytest.mark.parametrize("target", [worker, group])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_second_of_the_same_signals_fails_no_job(
    platform: Any, tmp_path: Any, target: Any, number: signal.Signals
) -> None:
    job = run_through(platform, tmp_path, target, [number, number])
    assert (job["state"], job["error"]) == ("succeeded", None)
    assert job["attempt"] <= 2


@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
def test_a_slot_that_is_told_to_end_gives_its_job_back_at_once(platform: Any, tmp_path: Any) -> None:
    job = run_through(platform, tmp_path, slot, [signal.SIGTERM])
    assert (job["state"], job["attempt"]) == ("succeeded", 2)
    first, second = runs(tmp_path / "witness")
    assert second["began"] - first["began"] < SLEEP_SECONDS + 10
