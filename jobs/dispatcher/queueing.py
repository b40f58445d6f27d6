"""Due jobs to the broker: claim, commit, publish with confirms."""

from __future__ import annotations

from jobs import hints, transitions
from jobs.broker import Publisher

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

    def turn(self) -> float:
        """Hand over what is due; answers how many seconds nothing is to do unless a nudge comes."""
        claimed: list[transitions.Hint] = []
        full = False
        for queue, queued in hints.waiting_queues():
            room = HINTS_AHEAD - queued
            found = transitions.due_hints(queue=queue, limit=room) if room > 0 else []
            full = full or room <= len(found)
            claimed += found
        claimed += hints.overdue_hints(limit=REPUBLISH_AT_MOST)
        if claimed:
            confirmed = self.publisher.publish(claimed)
            lost = [hint.job_id for hint in claimed if hint.job_id not in confirmed]
            if lost:
                hints.hint_failed(lost)
                return BROKER_AWAY_WAIT_SECONDS
        self.publisher.tend()
        return self._pause(full)

    def _pause(self, full: bool) -> float:
        due_in = hints.seconds_to_next_claim()
        if due_in is None:
            return LONGEST_WAIT_SECONDS
        if due_in <= 0:
            # A full queue is looked at again soon; anything else overdue belongs to another dispatcher's claim.
            return FULL_WAIT_SECONDS if full else FULL_WAIT_SECONDS * 5
        return min(due_in, LONGEST_WAIT_SECONDS)
