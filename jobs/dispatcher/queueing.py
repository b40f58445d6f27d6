"""Due jobs to the broker: claim, commit, publish with confirms."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from django.db import Error as DatabaseError

from foundation.database_errors import first_line, is_timeout
from jobs import hints, transitions
from jobs.dispatcher.pace import QUICK_SECONDS, Pace
from jobs.dispatcher.pulse import Pulse
from jobs.messaging.broker import Message, Publisher
from jobs.messaging.receipt import MAX_JOBS_PER_MESSAGE
from jobs.read.liveness import types_by_queue, workers_by_queue
from jobs.read.waiting import HINTS_AHEAD
from jobs.transitions import Capacity, Hint

log = logging.getLogger(__name__)

REPUBLISH_AT_MOST = 200
# With so many messages in a queue no hint is missing: those of its jobs wait among them.
CROWDED = 2 * HINTS_AHEAD
# Hints that travel together cost less a job; with several messages for each slot none idles for it.
MESSAGES_A_SLOT = 2
# A worker gives back what has waited so long behind others of its message: behind such a run nothing travels along.
MESSAGE_SECONDS = 0.1
# So many are claimed unseen. Of more, those that wait for a slot may be the most urgent: only a look tells.
UNSEEN_AT_MOST = 4
LONGEST_WAIT_SECONDS = 0.5
# Where a job comes due every few milliseconds, some go together. A nudge ends the wait all the same.
SHORTEST_WAIT_SECONDS = 0.01
BROKER_AWAY_WAIT_SECONDS = 1.0
WORKERS_KNOWN_SECONDS = 2.0
# Where no worker is known one may live whose heartbeat is late: so much is handed over as if there were these slots.
UNKNOWN_SLOTS = 8
# A table that somebody has locked and that is not needed for all jobs is left alone for so long.
LOCKED_PAUSE_SECONDS = 10.0
TAKE_BACK_EVERY_SECONDS = 1.0


class Queueing:
    """`unserved`: queues with due jobs and no worker. `refused`: the broker did not take all of the last messages."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.unserved: list[str] = []
        self.refused = False
        self.pulse = Pulse()
        self._room = Room()
        self._pace = Pace()
        self._workers: dict[str, dict[str, int]] = {}
        self._types: dict[str, frozenset[str] | None] = {}
        self._workers_known_until = 0.0
        self._limits_locked_until = 0.0
        self._next_taking_back = 0.0
        # Of each queue: the template whose turn was last, by priority.
        self._turns: dict[str, dict[int, str]] = {}
        # Where jobs came due last.
        self._likely = ""

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
        self._look_for_workers(queues)
        for waiting in queues:
            if not waiting.due:
                if waiting.next_due_in is not None:
                    pauses.append(max(waiting.next_due_in, SHORTEST_WAIT_SECONDS))
                continue
            found = self._claim(waiting)
            ahead = waiting.queued + len(found)
            messages += _messages(found, size=self._group_size(waiting.queue, ahead, found))
            if found:
                self._likely = waiting.queue
            if not found or ahead >= min(self._slots(waiting.queue), HINTS_AHEAD):
                # Most likely more are due: as soon as a slot is free, or some hints are taken.
                pauses.append(self._room.wait(waiting.queue, waiting.queued, ahead))
            elif waiting.next_due_in is not None:
                pauses.append(max(waiting.next_due_in, SHORTEST_WAIT_SECONDS))
        # The new ones first: they are what somebody waits for.
        if not self._publish(messages) or (overdue and not self._publish(self._missing())):
            return BROKER_AWAY_WAIT_SECONDS
        self._take_back(queues)
        self.publisher.tend()
        return max(min(pauses), 0.0)

    def _claim_unseen(self) -> list[Hint]:
        """A lone job mostly is where the one before was: claimed without a look, it starts a millisecond sooner."""
        if not self._likely:
            return []
        found = self._due_hints(self._likely, limit=UNSEEN_AT_MOST, unseen=True, with_limits=False)
        if not found:
            self._likely = ""
        return found

    def _due_hints(self, queue: str, *, limit: int, unseen: bool, with_limits: bool) -> list[Hint]:
        turns = self._turns.setdefault(queue, {})
        found = transitions.due_hints(
            queue=queue,
            limit=limit,
            with_limits=with_limits,
            unseen=unseen,
            capacity=self._capacity(queue),
            last_turns=turns,
            served=self._types.get(queue),
        )
        turns |= {hint.priority: hint.job_type for hint in found}
        self._pace.expect(found)
        return found

    def _capacity(self, queue: str) -> Capacity:
        return Capacity(
            slots=self._slots(queue),
            workers=list(self._workers.get(queue, ())),
            quick=self._pace.quick(),
            quickest=self._pace.quickest(queue),
            most=HINTS_AHEAD,
        )

    def _slots(self, queue: str) -> int:
        return sum(self._workers[queue].values()) if queue in self._workers else UNKNOWN_SLOTS

    def _take_back(self, queues: Sequence[hints.QueueNow]) -> None:
        """What waits for a slot in vain goes back into the line, where a more urgent job may be."""
        if time.monotonic() < self._next_taking_back:
            return
        self._next_taking_back = time.monotonic() + TAKE_BACK_EVERY_SECONDS
        for waiting in queues:
            if waiting.due and waiting.late:
                number = self._take_back_from(waiting.queue)
                if number:
                    log.info("%s jobs of queue %s go back into the line", number, waiting.queue)

    def _take_back_from(self, queue: str) -> int:
        if queue in self._workers:
            return transitions.take_back(queue=queue, capacity=self._capacity(queue))
        return transitions.make_way(queue=queue)

    def _missing(self) -> list[Message]:
        """Hints that were lost, given back, or wait behind long jobs; doubled ones do no harm, but must not pile up."""
        overdue = hints.overdue_hints(limit=REPUBLISH_AT_MOST)
        crowded = {
            queue for queue in {hint.queue for hint in overdue} if self.publisher.depth(queue) >= CROWDED
        }
        return list(_messages((hint for hint in overdue if hint.queue not in crowded), size=1))

    def _claim(self, waiting: hints.QueueNow) -> list[Hint]:
        with_limits = waiting.with_limits and time.monotonic() >= self._limits_locked_until
        claim = partial(self._due_hints, waiting.queue, limit=HINTS_AHEAD, unseen=False)
        try:
            return claim(with_limits=with_limits)
        except DatabaseError as exc:
            if not (with_limits and is_timeout(exc)):
                raise
            log.warning(
                "jobs under a maxConcurrent wait for a lock that another session holds: %s", first_line(exc)
            )
            self._limits_locked_until = time.monotonic() + LOCKED_PAUSE_SECONDS
            return claim(with_limits=False)

    def _look_for_workers(self, queues: Sequence[hints.QueueNow]) -> None:
        """Only while there is something for them to do; what was known does for a while if the table is locked."""
        busy = [waiting.queue for waiting in queues if waiting.due or waiting.queued]
        if busy:
            self._pace.read()
        if busy and time.monotonic() >= self._workers_known_until:
            self._workers_known_until = time.monotonic() + WORKERS_KNOWN_SECONDS
            try:
                self._workers, self._types = workers_by_queue(), types_by_queue()
            except DatabaseError as exc:
                if not is_timeout(exc):
                    raise
                self._workers_known_until = time.monotonic() + LOCKED_PAUSE_SECONDS
        self.unserved = [queue for queue in busy if queue not in self._workers]

    def _group_size(self, queue: str, ahead: int, found: Sequence[Hint]) -> int:
        """One hint a message, unless so many are ahead that each slot gets several messages all the same."""
        if queue not in self._workers:
            return 1
        quick = self._pace.quick()
        longest = max((quick.get(hint.job_type, QUICK_SECONDS) for hint in found), default=QUICK_SECONDS)
        if longest >= MESSAGE_SECONDS:
            return 1
        return max(1, min(MAX_JOBS_PER_MESSAGE, ahead // (max(self._slots(queue), 1) * MESSAGES_A_SLOT)))

    def _publish(self, messages: list[Message]) -> bool:
        if not messages:
            return True
        confirmed = self.publisher.publish(messages)
        lost = [job_id for message in messages for job_id in message.job_ids if job_id not in confirmed]
        self.refused = bool(lost)
        if lost:
            hints.hint_failed(lost)
        return not lost


class Room:
    """When to come again to a queue that was filled: at the pace at which its hints are taken."""

    FIRST_WAIT_SECONDS = 0.02
    SHORTEST_WAIT_SECONDS = 0.01
    LONGEST_WAIT_SECONDS = 0.25

    def __init__(self) -> None:
        self._filled: dict[str, tuple[float, int]] = {}

    def wait(self, queue: str, found: int, filled: int) -> float:
        """`found` were ahead when we came, `filled` are now. Answers the seconds until a third of them is taken.

        Where none was taken the waits grow: the end of a longer run is told by a nudge.
        """
        now = time.monotonic()
        filled_at, filled_before = self._filled.get(queue, (0.0, 0))
        self._filled[queue] = (now, filled)
        elapsed = now - filled_at
        if elapsed > 2 * self.LONGEST_WAIT_SECONDS:
            return self.FIRST_WAIT_SECONDS
        taken = filled_before - found
        wait = elapsed * max(filled // 3, 1) / taken if taken > 0 else 2 * elapsed
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
