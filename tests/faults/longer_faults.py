"""What only the long runs do: single links, frozen processes, all of a kind at once; and what servers suffer."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from tests.faults import clock_faults, lock_faults, message_faults, server_faults, signal_faults
from tests.faults.faults import SMOKE, Fault, busy_process, disturb, parent_of, signalled
from tests.faults.proxy import Mode

if TYPE_CHECKING:
    from tests.faults.performance import Performance

LEASE_SECONDS = 30


def a_link_stalls(play: Performance, dice: random.Random) -> None:
    _disturb_one(play, dice, "stalls", dice.uniform(5, 45))


def a_link_is_refused(play: Performance, dice: random.Random) -> None:
    _disturb_one(play, dice, "refuses", dice.uniform(2, 30))


def all_connections_to_a_server_are_cut(play: Performance, dice: random.Random) -> None:
    server = dice.choice(["database", "broker", "redis"])
    with _perhaps_away(play, server):
        for link in play.stage.links_to(server):
            link.cut()


def both_dispatchers_are_killed(play: Performance, dice: random.Random) -> None:
    _kill_all(play, "dispatcher")


def both_workers_are_killed(play: Performance, dice: random.Random) -> None:
    _kill_all(play, "worker")


def a_worker_is_asked_to_end(play: Performance, dice: random.Random) -> None:
    worker = dice.choice(play.stage.of_kind("worker"))
    starts = worker.starts
    worker.signal(signal.SIGTERM)
    worker.await_restart(starts, within=signal_faults.END_SECONDS)


def a_slot_is_frozen_beyond_its_lease(play: Performance, dice: random.Random) -> None:
    """With its handler process: what renews no lease must be dead before the lease is over, frozen or not."""
    process = busy_process(play, dice)
    both = parent_of(process), process
    for pid in both:
        signalled(pid, signal.SIGSTOP)
    time.sleep(LEASE_SECONDS + 15)
    play.thaws.append((process, time.monotonic()))
    for pid in both:
        signalled(pid, signal.SIGCONT)


def a_handler_process_is_frozen_beyond_a_lease(play: Performance, dice: random.Random) -> None:
    """Its slot renews the lease meanwhile: the run goes on."""
    process = busy_process(play, dice)
    signalled(process, signal.SIGSTOP)
    time.sleep(LEASE_SECONDS + 15)
    signalled(process, signal.SIGCONT)


def a_worker_is_frozen(play: Performance, dice: random.Random) -> None:
    _freeze(dice.choice(play.stage.of_kind("worker")).pid, dice.uniform(5, 45))


def a_dispatcher_is_frozen(play: Performance, dice: random.Random) -> None:
    _freeze(dice.choice(play.stage.of_kind("dispatcher")).pid, dice.uniform(5, 45))


def both_beats_are_frozen(play: Performance, dice: random.Random) -> None:
    pids = [beat.pid for beat in play.stage.of_kind("beat")]
    for pid in pids:
        signalled(pid, signal.SIGSTOP)
    time.sleep(dice.uniform(5, 30))
    for pid in pids:
        signalled(pid, signal.SIGCONT)


ALL: tuple[Fault, ...] = (
    *SMOKE,
    *server_faults.FAULTS,
    *clock_faults.FAULTS,
    *signal_faults.FAULTS,
    *lock_faults.FAULTS,
    *message_faults.FAULTS,
    a_link_stalls,
    a_link_is_refused,
    all_connections_to_a_server_are_cut,
    both_dispatchers_are_killed,
    both_workers_are_killed,
    a_worker_is_asked_to_end,
    a_slot_is_frozen_beyond_its_lease,
    a_handler_process_is_frozen_beyond_a_lease,
    a_worker_is_frozen,
    a_dispatcher_is_frozen,
    both_beats_are_frozen,
)


def _disturb_one(play: Performance, dice: random.Random, mode: Mode, seconds: float) -> None:
    process, server = dice.choice(sorted(play.stage.links))
    print(f"         {process} to {server} {mode} for {seconds:.0f} s", flush=True)
    with _perhaps_away(play, server):
        disturb([play.stage.links[process, server]], mode, seconds)


def _perhaps_away(play: Performance, server: str) -> AbstractContextManager[None]:
    return play.postgres_is_away() if server == "database" else nullcontext()


def _kill_all(play: Performance, kind: str) -> None:
    some = play.stage.of_kind(kind)
    starts = [one.starts for one in some]
    for one in some:
        os.kill(one.pid, signal.SIGKILL)
    for one, before in zip(some, starts, strict=True):
        one.await_restart(before)


def _freeze(pid: int, seconds: float) -> None:
    signalled(pid, signal.SIGSTOP)
    time.sleep(seconds)
    signalled(pid, signal.SIGCONT)
