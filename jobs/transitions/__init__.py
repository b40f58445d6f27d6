"""Changes the state of jobs; no other package writes it.

Each function is one compare-and-set: a statement whose WHERE clause has the guard, the condition under which the change
is allowed. The same statement inserts the job's event, so every state can be traced to a row of `jobs_event`. If the
guard is false, nothing changes and the result is empty or None: another process was first, which is not an error.
"""

from jobs.transitions.batches import Success, finish_and_claim, finish_successes
from jobs.transitions.capacity import Capacity
from jobs.transitions.creating import (
    CachedAuth,
    NewJob,
    NewSeries,
    create,
    create_all_if_current,
    create_if_current,
)
from jobs.transitions.ending import (
    AttemptOutcome,
    end_attempt,
    fail_waiting,
    interrupt_attempt,
    lose_dead_attempt,
    lose_own_attempt,
    lose_silent_attempt,
    terminate_waiting,
)
from jobs.transitions.queueing import Claim, QueuedJob, claim_due
from jobs.transitions.returning import reclaim_less_urgent, reclaim_surplus, return_unbegun, withdraw
from jobs.transitions.running import (
    Attempt,
    Claimant,
    append_log,
    delete_log_chunks,
    record_step,
    renew_lease,
    report_progress,
    request_stop,
    should_stop,
    start,
    trim_log_chunk,
)
from jobs.transitions.succession import insert_next
from jobs.transitions.template_slots import limit_jobs

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "CachedAuth",
    "Capacity",
    "Claim",
    "Claimant",
    "NewJob",
    "NewSeries",
    "QueuedJob",
    "Success",
    "append_log",
    "claim_due",
    "create",
    "create_all_if_current",
    "create_if_current",
    "delete_log_chunks",
    "end_attempt",
    "fail_waiting",
    "finish_and_claim",
    "finish_successes",
    "insert_next",
    "interrupt_attempt",
    "limit_jobs",
    "lose_dead_attempt",
    "lose_own_attempt",
    "lose_silent_attempt",
    "reclaim_less_urgent",
    "reclaim_surplus",
    "record_step",
    "renew_lease",
    "report_progress",
    "request_stop",
    "return_unbegun",
    "should_stop",
    "start",
    "terminate_waiting",
    "trim_log_chunk",
    "withdraw",
]
