"""Due jobs to the broker: claim, commit, publish with confirms."""

from __future__ import annotations

from jobs import hints, transitions
from jobs.broker import Publisher
from jobs.dispatcher.pulse import Pulse

# Hints handed to the broker but not yet taken, a queue: enough to keep hundreds of workers busy between two
# turns, few enough that an urgent job overtakes all others.
HINTS_AHEAD = 64
REPUBLISH_AT_MOST = 200
LONGEST_WAIT_SECONDS = 0.5
FULL_WAIT_SECONDS = 0.02
BROKER_AWAY_WAIT_SECONDS = 1.0


class Queueing:
    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.pulse = Pulse()

    def turn(self) -> float:
        """Hand over what is due; answers how many seconds nothing is to do unless a nudge comes."""
        self.pulse.beat()
        claimed: list[transitions.Hint] = []
        pauses = [LONGEST_WAIT_SECONDS]
        for waiting in hints.waiting_queues():
            room = HINTS_AHEAD - waiting.queued
            found = transitions.due_hints(queue=waiting.queue, limit=room) if room > 0 else []
            claimed += found
            if len(found) >= room:
                pauses.append(FULL_WAIT_SECONDS)
            elif waiting.next_due_in is not None:
                pauses.append(waiting.next_due_in)
        claimed += hints.overdue_hints(limit=REPUBLISH_AT_MOST)
        if claimed and not self._publish(claimed):
            return BROKER_AWAY_WAIT_SECONDS
        self.publisher.tend()
        return max(min(pauses), 0.0)

    def _publish(self, claimed: list[transitions.Hint]) -> bool:
        confirmed = self.publisher.publish(claimed)
        lost = [hint.job_id for hint in claimed if hint.job_id not in confirmed]
        if lost:
            hints.hint_failed(lost)
        return not lost
