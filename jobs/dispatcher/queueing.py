"""Due jobs to the broker: claim, commit, publish with confirms."""

from __future__ import annotations

from jobs import hints, transitions
from jobs.broker import Publisher
from jobs.dispatcher.pulse import Pulse
from jobs.waiting import HINTS_AHEAD

REPUBLISH_AT_MOST = 200
# With so many messages in a queue no hint is missing: those of its jobs wait among them.
CROWDED = 2 * HINTS_AHEAD
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
        claimed += self._missing()
        if claimed and not self._publish(claimed):
            return BROKER_AWAY_WAIT_SECONDS
        self.publisher.tend()
        return max(min(pauses), 0.0)

    def _missing(self) -> list[transitions.Hint]:
        """Hints that were lost, or wait behind long jobs; doubled ones do no harm, but must not pile up."""
        overdue = hints.overdue_hints(limit=REPUBLISH_AT_MOST)
        crowded = {
            queue for queue in {hint.queue for hint in overdue} if self.publisher.depth(queue) >= CROWDED
        }
        return [hint for hint in overdue if hint.queue not in crowded]

    def _publish(self, claimed: list[transitions.Hint]) -> bool:
        confirmed = self.publisher.publish(claimed)
        lost = [hint.job_id for hint in claimed if hint.job_id not in confirmed]
        if lost:
            hints.hint_failed(lost)
        return not lost
