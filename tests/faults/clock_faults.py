"""Clocks that jump by an hour, ahead or back: Postgres's, and those of single processes."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.faults.bounds import Window
from tests.faults.clocks import POSTGRES
from tests.faults.faults import Fault

if TYPE_CHECKING:
    from tests.faults.performance import Performance

JUMP_SECONDS = 3600


def postgres_clock_jumps_ahead(play: Performance, dice: random.Random) -> None:
    """It stays there: what was due within that hour is due now."""
    play.stage.clocks.move(POSTGRES, JUMP_SECONDS)
    time.sleep(dice.uniform(1, 20))


def postgres_clock_jumps_back(play: Performance, dice: random.Random) -> None:
    """What had a time before waits until the clock is put right; what comes meanwhile has its time by that clock."""
    seconds = dice.uniform(5, 60)
    began = play.broken_since - timedelta(seconds=JUMP_SECONDS)
    play.windows.append(Window(began, began + timedelta(seconds=seconds), play.suffering))
    play.stage.clocks.move(POSTGRES, -JUMP_SECONDS)
    try:
        time.sleep(seconds)
    finally:
        play.stage.clocks.move(POSTGRES, JUMP_SECONDS)


def the_clock_of_a_process_is_wrong(play: Performance, dice: random.Random) -> None:
    name, wrong_by = dice.choice(sorted(play.stage.processes)), dice.choice([-JUMP_SECONDS, JUMP_SECONDS])
    print(f"         {name} is wrong by {wrong_by} s", flush=True)
    play.stage.clocks.move(name, wrong_by)
    try:
        time.sleep(dice.uniform(5, 60))
    finally:
        play.stage.clocks.move(name, -wrong_by)


FAULTS: tuple[Fault, ...] = (
    postgres_clock_jumps_ahead,
    postgres_clock_jumps_back,
    the_clock_of_a_process_is_wrong,
)
