"""The only writer of a job's state.

Every verb is one compare-and-set with its event rows in the same statement, so a status seen anywhere
can be traced to one row of `job_event`. A verb whose guard no longer holds changes nothing and says so
by an empty answer: somebody else was first, which is never an error.
"""

from jobs.transitions.capacity import Capacity, make_way, take_back
from jobs.transitions.creating import NewJob, Recalled, create, create_if_still, create_recalled
from jobs.transitions.ending import (
    Outcome,
    end_attempt,
    fail_waiting,
    interrupt_attempt,
    lose_dead_attempt,
    lose_own_attempt,
    lose_silent_attempt,
    terminate_waiting,
)
from jobs.transitions.going_on import succeed_and_go_on
from jobs.transitions.queueing import Hint, due_hints, limit_jobs, withdraw
from jobs.transitions.running import (
    Attempt,
    Claimant,
    append_log,
    beat,
    forget_log,
    record_step,
    report_progress,
    request_stop,
    shorten_log,
    start,
    stop_requested,
)
from jobs.transitions.succession import insert_next

__all__ = [
    "Attempt",
    "Capacity",
    "Claimant",
    "Hint",
    "NewJob",
    "Outcome",
    "Recalled",
    "append_log",
    "beat",
    "create",
    "create_if_still",
    "create_recalled",
    "due_hints",
    "end_attempt",
    "fail_waiting",
    "forget_log",
    "insert_next",
    "interrupt_attempt",
    "limit_jobs",
    "lose_dead_attempt",
    "lose_own_attempt",
    "lose_silent_attempt",
    "make_way",
    "record_step",
    "report_progress",
    "request_stop",
    "shorten_log",
    "start",
    "stop_requested",
    "succeed_and_go_on",
    "take_back",
    "terminate_waiting",
    "withdraw",
]
