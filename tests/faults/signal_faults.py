"""Signals of all kinds to each process of a worker, and slots that stand still while their handlers go on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.faults.faults import Fault, busy_process, parent_of, signalled

if TYPE_CHECKING:
    from tests.faults.performance import Performance

SIGNALS = (
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGKILL,
)
# A main process ends by these; by SIGHUP it becomes a new one with the same pid.
ENDED_BY = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
# It may let the jobs under way end first.
END_SECONDS = 150
LEASE_SECONDS = 30


def a_signal_reaches_a_worker(play: Performance, dice: random.Random) -> None:
    _send_to_a_worker(play, dice, whole_group=False)


def a_signal_reaches_a_workers_group(play: Performance, dice: random.Random) -> None:
    _send_to_a_worker(play, dice, whole_group=True)


def a_signal_reaches_a_slot(play: Performance, dice: random.Random) -> None:
    process = busy_process(play, dice)
    slot = parent_of(process)
    for number in _a_second_apart(_drawn(dice)):
        signalled(slot, number)


def a_signal_reaches_a_handler_process(play: Performance, dice: random.Random) -> None:
    process = busy_process(play, dice)
    for number in _a_second_apart(_drawn(dice)):
        play.own_kills += number == signal.SIGKILL
        signalled(process, number)


def a_slot_is_frozen_and_its_handler_goes_on(play: Performance, dice: random.Random) -> None:
    """For less than its lease, or for more: then both must be dead before the lease is over."""
    slot = parent_of(busy_process(play, dice))
    signalled(slot, signal.SIGSTOP)
    time.sleep(dice.choice([dice.uniform(1, 15), LEASE_SECONDS + 10]))
    signalled(slot, signal.SIGCONT)


FAULTS: tuple[Fault, ...] = (
    a_signal_reaches_a_worker,
    a_signal_reaches_a_workers_group,
    a_signal_reaches_a_slot,
    a_signal_reaches_a_handler_process,
    a_slot_is_frozen_and_its_handler_goes_on,
)


def _send_to_a_worker(play: Performance, dice: random.Random, *, whole_group: bool) -> None:
    worker = dice.choice(play.stage.of_kind("worker"))
    pid, starts = worker.pid, worker.starts
    numbers = _drawn(dice)
    for number in _a_second_apart(numbers):
        with suppress(ProcessLookupError):
            if whole_group:
                os.killpg(pid, number)
            else:
                os.kill(pid, number)
    if numbers[0] in ENDED_BY:
        worker.await_restart(starts, within=END_SECONDS)


def _drawn(dice: random.Random) -> list[signal.Signals]:
    """One signal, or the same twice, as people do who lose their patience."""
    numbers = [dice.choice(SIGNALS)] * dice.choice([1, 1, 2])
    print("        ", " ".join(number.name for number in numbers), flush=True)
    return numbers


def _a_second_apart(numbers: list[signal.Signals]) -> Iterator[signal.Signals]:
    for place, number in enumerate(numbers):
        time.sleep(min(place, 1))
        yield number
