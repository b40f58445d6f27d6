"""How attempts ended, in the log of the process that ended them: whoever reads it need not ask the ledger."""

from __future__ import annotations

import logging

from jobs.states import State
from jobs.transitions import Attempt, Outcome

log = logging.getLogger(__name__)

MAX_CHARACTERS = 300


def tell_end(attempt: Attempt, outcome: Outcome, state: State | None) -> None:
    """`state`: what the job is now; None if the attempt was no longer the one that counts. A success is not told."""
    if state is State.SUCCEEDED:
        return
    if state is None:
        tell_taken(attempt)
    elif state is State.TERMINATED:
        log.info("%s was terminated%s", _named(attempt), _of_error(outcome))
    else:
        again = "; it is tried again" if state is State.SCHEDULED else ""
        log.warning("%s failed, reason %s%s%s", _named(attempt), outcome.reason, _of_error(outcome), again)


def tell_taken(attempt: Attempt) -> None:
    """Its lease had run out meanwhile; what it did after that counts for nothing."""
    log.warning("%s was taken away: its end is not stored", _named(attempt))


def tell_loss(attempt: Attempt, how: str, state: State | None) -> None:
    """Its own process ended without a word, in that way."""
    log.warning("%s was lost: its process %s; now %s", _named(attempt), how, state)


def tell_return(attempt: Attempt, state: State | None) -> None:
    log.warning("%s is given back, for this slot was told to end: now %s", _named(attempt), state)


def _named(attempt: Attempt) -> str:
    return f"job {attempt.job_id} ({attempt.job_type}, attempt {attempt.number})"


def _of_error(outcome: Outcome) -> str:
    """Secret values are cut out of it already."""
    if not outcome.error:
        return ""
    first_line = (outcome.error["message"].strip().splitlines() or [""])[0][:MAX_CHARACTERS]
    return f": {outcome.error['type']}: {first_line}" if first_line else f": {outcome.error['type']}"
