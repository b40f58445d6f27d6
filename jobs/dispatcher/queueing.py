"""Due jobs to the broker: claim, commit, publish with confirms."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator

from jobs import hints, queries, transitions
from jobs.broker import Message, Publisher
from jobs.dispatcher.pulse import Pulse
from jobs.transitions import Hint
from jobs.waiting import HINTS_AHEAD

REPUBLISH_AT_MOST = 200
# With so many messages in a queue no hint is missing: those of its jobs wait among them.
CROWDED = 2 * HINTS_AHEAD
# Hints that travel together cost less a job; with several messages for each slot none idles for it.
HINTS_A_MESSAGE = 16
MESSAGES_A_SLOT = 2
# So many are claimed unseen. Of more, those that wait for a slot may be the most urgent: only a look tells.
UNSEEN_AT_MOST = 4
LONGEST_WAIT_SECONDS = 0.5
# Where a job comes due every few milliseconds, some go together. A nudge ends the wait all the same.
SHORTEST_WAIT_SECONDS = 0.01
BROKER_AWAY_WAIT_SECONDS = 1.0
SLOTS_KNOWN_SECONDS = 2.0


class Queueing:
    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.pulse = Pulse()
        self._room = Room()
        self._slots: dict[str, int] = {}
        self._slots_known_until = 0.0
        # Where jobs came due last, and how many more fit there for certain.
        self._likely, self._likely_room = "", 0

    def turn(self, *, few: bool = False) -> float:
        """Hand over what is due; answers how many seconds nothing is to do unless a nudge comes.

        `few`: a nudge came that most likely tells of a job or two.
        """
        self.pulse.beat()
        if few and not self._publish(list(_messages(self._claim_unseen(), size=1))):
            return BROKER_AWAY_WAIT_SECONDS
        messages: list[Message] = []
        pauses = [LONGEST_WAIT_SECONDS]
        queues, overdue = hints.look()
        for waiting in queues:
            room = HINTS_AHEAD - waiting.queued
            if waiting.queue == self._likely:
                # Another dispatcher may have filled it.
                self._likely_room = min(self._likely_room, room)
            if not waiting.due and waiting.next_due_in is None:
                continue
            found = _claim(waiting, room) if waiting.due and room > 0 else []
            messages += _messages(found, size=self._group_size(waiting.queue, waiting.queued + len(found)))
            if found:
                self._likely, self._likely_room = waiting.queue, room - len(found)
            if len(found) >= room:
                pauses.append(self._room.wait(waiting.queue, waiting.queued, waiting.queued + len(found)))
            elif waiting.next_due_in is not None:
                pauses.append(max(waiting.next_due_in, SHORTEST_WAIT_SECONDS))
        # The new ones first: they are what somebody waits for.
        if not self._publish(messages) or (overdue and not self._publish(self._missing())):
            return BROKER_AWAY_WAIT_SECONDS
        self.publisher.tend()
        return max(min(pauses), 0.0)

    def _claim_unseen(self) -> list[Hint]:
        """A lone job mostly is where the one before was: claimed without a look, it starts a millisecond sooner."""
        if self._likely_room <= 0:
            return []
        limit = min(self._likely_room, UNSEEN_AT_MOST)
        found = transitions.due_hints(queue=self._likely, limit=limit, with_limits=False)
        self._likely_room = self._likely_room - len(found) if found else 0
        return found

    def _missing(self) -> list[Message]:
        """Hints that were lost, given back, or wait behind long jobs; doubled ones do no harm, but must not pile up."""
        overdue = hints.overdue_hints(limit=REPUBLISH_AT_MOST)
        crowded = {
            queue for queue in {hint.queue for hint in overdue} if self.publisher.depth(queue) >= CROWDED
        }
        return list(_messages((hint for hint in overdue if hint.queue not in crowded), size=1))

    def _group_size(self, queue: str, ahead: int) -> int:
        """One hint a message, unless so many are ahead that each slot gets several messages all the same."""
        if time.monotonic() >= self._slots_known_until:
            self._slots = queries.slots_by_queue()
            self._slots_known_until = time.monotonic() + SLOTS_KNOWN_SECONDS
        slots = self._slots.get(queue, HINTS_AHEAD)
        return max(1, min(HINTS_A_MESSAGE, ahead // (slots * MESSAGES_A_SLOT)))

    def _publish(self, messages: list[Message]) -> bool:
        if not messages:
            return True
        confirmed = self.publisher.publish(messages)
        lost = [job_id for message in messages for job_id in message.job_ids if job_id not in confirmed]
        if lost:
            hints.hint_failed(lost)
        return not lost


def _claim(waiting: hints.QueueNow, room: int) -> list[Hint]:
    return transitions.due_hints(queue=waiting.queue, limit=room, with_limits=waiting.with_limits)


class Room:
    """When to come again to a queue that was filled: at the pace at which its hints are taken."""

    COME_WHEN_TAKEN = HINTS_AHEAD // 3
    FIRST_WAIT_SECONDS = 0.02
    SHORTEST_WAIT_SECONDS = 0.01
    LONGEST_WAIT_SECONDS = 0.25

    def __init__(self) -> None:
        self._filled: dict[str, tuple[float, int]] = {}

    def wait(self, queue: str, found: int, filled: int) -> float:
        """`found` were ahead when we came, `filled` are now. Answers the seconds to wait."""
        now = time.monotonic()
        filled_at, filled_before = self._filled.get(queue, (0.0, 0))
        self._filled[queue] = (now, filled)
        elapsed = now - filled_at
        if elapsed > 2 * self.LONGEST_WAIT_SECONDS:
            return self.FIRST_WAIT_SECONDS
        wait = elapsed * self.COME_WHEN_TAKEN / max(filled_before - found, 1)
        return min(max(wait, self.SHORTEST_WAIT_SECONDS), self.LONGEST_WAIT_SECONDS)


def _messages(found: Iterable[Hint], *, size: int) -> Iterator[Message]:
    """At most `size` hints each, dealt out like cards, most urgent first: no slot gets all the urgent ones."""
    by_queue: dict[str, list[Hint]] = {}
    for hint in sorted(found, key=lambda hint: -hint.priority):
        by_queue.setdefault(hint.queue, []).append(hint)
    for queue, of_queue in by_queue.items():
        number = math.ceil(len(of_queue) / size)
        for start in range(number):
            yield Message(queue, [hint.job_id for hint in of_queue[start::number]])
