"""Reports to Postgres that this dispatcher is alive, and the problems that keep it from dispatching jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from jobs import dispatch_counts
from jobs.dispatcher.direct_wakeups import DirectWakeups
from jobs.dispatcher.loop import Loop
from jobs.dispatcher.pool_limits import PoolLimits
from jobs.dispatcher.queueing import Queueing
from jobs.dispatcher.reachability import BLOCKED, RabbitProbe, RedisProbe
from jobs.heartbeat import Heartbeat
from jobs.problems import Code, PlatformProblem

HEARTBEAT_INTERVAL_SECONDS = 5.0
POLL_SECONDS = 1.0
PROBE_INTERVAL_SECONDS = 2.0
MAX_NAMED_QUEUES = 5


class ProbeLoop:
    """Runs one probe of a server repeatedly, and keeps its last result in `problem` (None: no problem)."""

    def __init__(self, probe: RabbitProbe | RedisProbe | DirectWakeups | PoolLimits) -> None:
        self._probe = probe  # in a loop of its own, so that no probe waits for another's timeout
        self.problem: PlatformProblem | None = None

    def run_once(self) -> float:
        """Runs the probe once; returns the seconds until the next probe."""
        self.problem = self._probe.check()
        return PROBE_INTERVAL_SECONDS


class Report:
    """Writes this dispatcher's problems and figures into its heartbeat row when problems change, and every 5 s."""

    def __init__(
        self, find_problems: Callable[[], list[PlatformProblem]], list_loops: Callable[[], Sequence[Loop]]
    ) -> None:
        self.heartbeat = Heartbeat("dispatcher")
        self._find_problems = find_problems
        self._list_loops = list_loops
        self._written: list[PlatformProblem] | None = None
        self._next_heartbeat = 0.0

    def run_once(self) -> float:
        """Writes the problems if they changed or 5 s have passed; returns the seconds until the next check."""
        problems = self._find_problems()
        if problems != self._written or time.monotonic() >= self._next_heartbeat:
            loops = {loop.name: round(loop.progressed_at(), 3) for loop in self._list_loops()}
            self.heartbeat.send(problems, figures={"loops": loops})
            dispatch_counts.flush()  # last: somebody may have locked the counts
            self._written = problems
            self._next_heartbeat = time.monotonic() + HEARTBEAT_INTERVAL_SECONDS
        return POLL_SECONDS


def find_problems(
    *, queueing_loop: Loop, other_loops: Sequence[Loop], probes: Sequence[ProbeLoop], queueing: Queueing
) -> list[PlatformProblem]:
    """Returns the problems that keep this dispatcher from its work, the most severe first."""
    found = []
    if reason := queueing_loop.stuck_reason():
        detail = f"No job is handed to a worker: the dispatcher's loop {reason}."
        found.append(PlatformProblem(Code.DISPATCHING_STUCK, detail))
    found += [probe.problem for probe in probes if probe.problem]
    if queueing.messages.refused and not any(problem.subject == "broker" for problem in found):
        # The probe has not noticed yet, or the broker refuses these messages alone.
        detail = "The broker did not take the last messages for workers. Due jobs wait."
        refused = PlatformProblem(Code.BROKER_UNAVAILABLE, detail)
        found.append(BLOCKED if queueing.messages.publisher.is_blocked else refused)
    if queueing.unserved:
        found.append(PlatformProblem(Code.QUEUE_UNSERVED, _describe_unserved(queueing.unserved)))
    stuck = [f"{loop.name} {reason}" for loop in other_loops if (reason := loop.stuck_reason())]
    if stuck:
        detail = f"Loops of the dispatcher are held up: {'; '.join(stuck)}."
        found.append(PlatformProblem(Code.DISPATCHER_STUCK, detail))
    return found


def _describe_unserved(queues: Sequence[str]) -> str:
    named = ", ".join(queues[:MAX_NAMED_QUEUES])
    more = f" and {len(queues) - MAX_NAMED_QUEUES} more" if len(queues) > MAX_NAMED_QUEUES else ""
    return f"No worker serves these queues, which have due jobs: {named}{more}."
