"""What this dispatcher says of itself: that it lives, and what keeps it from its work."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from jobs.dispatcher.loop import Loop
from jobs.dispatcher.queueing import Queueing
from jobs.dispatcher.reachability import BLOCKED, RabbitProbe, RedisProbe
from jobs.heartbeat import Heartbeat
from jobs.problems import Code, PlatformProblem

BEAT_SECONDS = 5.0
LOOK_EVERY_SECONDS = 1.0
PROBE_EVERY_SECONDS = 2.0
MAX_QUEUES_NAMED = 5


class Probing:
    """The last thing that a probe found. Each probe has a loop of its own: none waits for the other's deadline."""

    def __init__(self, probe: RabbitProbe | RedisProbe) -> None:
        self._probe = probe
        self.problem: PlatformProblem | None = None

    def turn(self) -> float:
        self.problem = self._probe.look()
        return PROBE_EVERY_SECONDS


class Report:
    """Written when it changes, and every few seconds as the heartbeat."""

    def __init__(self, problems: Callable[[], list[PlatformProblem]]) -> None:
        self.heartbeat = Heartbeat("dispatcher")
        self._problems = problems
        self._written: list[PlatformProblem] | None = None
        self._next_beat = 0.0

    def turn(self) -> float:
        problems = self._problems()
        if problems != self._written or time.monotonic() >= self._next_beat:
            self.heartbeat.beat(problems)
            self._written, self._next_beat = problems, time.monotonic() + BEAT_SECONDS
        return LOOK_EVERY_SECONDS


def problems_of(
    *, queueing: Loop, others: Sequence[Loop], probings: Sequence[Probing], queues: Queueing
) -> list[PlatformProblem]:
    """The gravest first."""
    found = []
    if why := queueing.held_up():
        detail = f"No job is handed to a worker: the dispatcher's loop {why}."
        found.append(PlatformProblem(Code.DISPATCHING_STUCK, detail))
    found += [probing.problem for probing in probings if probing.problem]
    if queues.refused and not any(problem.subject == "broker" for problem in found):
        # The probe has not noticed yet, or it is these messages alone that are refused.
        detail = "The broker did not take the last messages for workers. Due jobs wait."
        refused = PlatformProblem(Code.BROKER_UNAVAILABLE, detail)
        found.append(BLOCKED if queues.publisher.is_blocked else refused)
    if queues.unserved:
        found.append(PlatformProblem(Code.QUEUE_UNSERVED, _unserved(queues.unserved)))
    stuck = [f"{loop.name} {why}" for loop in others if (why := loop.held_up())]
    if stuck:
        detail = f"Loops of the dispatcher are held up: {'; '.join(stuck)}."
        found.append(PlatformProblem(Code.DISPATCHER_STUCK, detail))
    return found


def _unserved(queues: Sequence[str]) -> str:
    named = ", ".join(queues[:MAX_QUEUES_NAMED])
    more = f" and {len(queues) - MAX_QUEUES_NAMED} more" if len(queues) > MAX_QUEUES_NAMED else ""
    return f"No worker serves these queues, which have due jobs: {named}{more}."
