"""The promises, each a function from evidence to the sentences that say where it was broken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise

from tests.faults.evidence import Evidence

TERMINAL = {"succeeded", "failed", "terminated"}
LIVE = {"scheduled", "queued", "running"}
MAX_INTERRUPTIONS = 10  # after which a job does not start again
Check = Callable[[Evidence], Iterable[str]]


def every_accepted_job_ends_once(evidence: Evidence) -> Iterable[str]:
    ends = Counter(event.job_id for event in evidence.events if event.kind == "job_terminated")
    for job_id in evidence.accepted | evidence.jobs.keys():
        job = evidence.jobs.get(job_id)
        state = job.state if job else "nowhere"
        if state not in TERMINAL:
            yield f"job {job_id} ({job}) is {state} in the end"
        if ends[job_id] != 1:
            yield f"job {job_id} has {ends[job_id]} job_terminated"


def runs_of_a_job_never_overlap(evidence: Evidence) -> Iterable[str]:
    by_job = defaultdict(list)
    for run in evidence.runs:
        by_job[run.job_id].append(run)
    for job_id, some in by_job.items():
        for earlier, later in pairwise(sorted(some, key=lambda run: run.began)):
            if later.began < earlier.last and not evidence.was_just_thawed(earlier):
                yield (
                    f"job {job_id}: attempt {later.attempt} began {earlier.last - later.began:.3f} s "
                    f"before attempt {earlier.attempt} was over"
                )


def starts_are_no_more_than_attempts_losses_and_interruptions(evidence: Evidence) -> Iterable[str]:
    starts = Counter(run.job_id for run in evidence.runs if run.began < evidence.taken_at)
    for job_id, job in evidence.jobs.items():
        if starts[job_id] > job.attempt:
            yield f"job {job_id} started {starts[job_id]} times in {job.attempt} attempts"
        if job.attempt > job.max_attempts + job.losses + job.interruptions:
            yield (
                f"job {job_id} had {job.attempt} attempts of {job.max_attempts}, "
                f"{job.losses} losses, {job.interruptions} interruptions"
            )


def a_loss_or_an_interruption_has_its_cause(evidence: Evidence) -> Iterable[str]:
    """A loss: a job that kills its own process, or a fault that does. An interruption: a fault of any kind."""
    for job_id, job in evidence.jobs.items():
        by_itself = job.max_lost + 1 if job.kills_itself else 0
        if job.losses > min(evidence.own_kills + by_itself, job.max_lost + 1):
            yield f"job {job_id} was lost {job.losses} times by {evidence.own_kills} kills of its own process"
        if job.interruptions > min(evidence.faults, MAX_INTERRUPTIONS + 1):
            yield f"job {job_id} was interrupted {job.interruptions} times by {evidence.faults} faults"


def each_series_has_one_live_job_and_numbers_without_gaps(evidence: Evidence) -> Iterable[str]:
    numbers = defaultdict(list)
    live: Counter[str] = Counter()
    for job in evidence.jobs.values():
        if job.series_id:
            numbers[job.series_id].append(job.series_number)
            live[job.series_id] += job.state in LIVE
    for series in evidence.series:
        wanted = 1 if series.state == "active" else 0
        if live[series.id] != wanted:
            yield f"series {series.id} is {series.state} and has {live[series.id]} live jobs"
        if sorted(numbers[series.id]) != list(range(1, series.last_number + 1)):
            yield f"series {series.id} has numbers {sorted(numbers[series.id])}, last is {series.last_number}"


def nothing_starts_before_its_time(evidence: Evidence) -> Iterable[str]:
    """By one clock, Postgres's. Nothing starts that was not handed to the workers."""
    for event in evidence.events:
        if event.early is not None and event.early > 0:
            yield f"job {event.job_id} was handed over {event.early:.3f} s before its time"


def nothing_waits_without_a_message_or_runs_without_a_lease(evidence: Evidence) -> Iterable[str]:
    """`stuck`: a job whose message is overdue or whose lease ran out, and for how long while nothing was broken."""
    for job_id, seconds in evidence.stuck.items():
        if seconds > evidence.patience:
            yield f"job {job_id} was without fresh message or live lease for {seconds:.0f} s"


def a_fenced_attempt_changes_nothing(evidence: Evidence) -> Iterable[str]:
    newest: dict[str, tuple[int, int]] = {}
    ended: set[str] = set()
    for event in evidence.events:
        attempt, version = newest.get(event.job_id, (0, 0))
        if event.job_id in ended:
            yield f"job {event.job_id} was changed by {event.kind} after its end"
        if event.attempt is None or event.version is None:
            continue
        if event.attempt < attempt:
            yield f"job {event.job_id}: {event.kind} of attempt {event.attempt} came after attempt {attempt}"
        # Log lines are no change: they come with the version that is there.
        if event.version < version or (event.version == version and event.kind != "job_log"):
            yield f"job {event.job_id}: {event.kind} has version {event.version} after version {version}"
        newest[event.job_id] = event.attempt, event.version
        if event.kind == "job_terminated":
            ended.add(event.job_id)
    returned = {(run.job_id, run.attempt) for run in evidence.runs if run.ended == "returned"}
    for job_id, job in evidence.jobs.items():
        if job.state == "succeeded" and (job.result_attempt, True) != (
            job.attempt,
            (job_id, job.attempt) in returned,
        ):
            yield f"job {job_id} succeeded by attempt {job.result_attempt}, not by its last, {job.attempt}"


def an_accepted_stop_ends_the_job(evidence: Evidence) -> Iterable[str]:
    returned = {run.job_id for run in evidence.runs if run.ended == "returned"}
    for job_id, status in evidence.stops.items():
        job = evidence.jobs.get(job_id)
        state = job.state if job else "nowhere"
        was_done = status == 202 and state == "succeeded" and job_id in returned
        if state != "terminated" and not was_done:
            yield f"job {job_id}, whose stop was answered {status}, is {state}"


def nothing_fails_that_did_not_earn_it(evidence: Evidence) -> Iterable[str]:
    """By its handler's own doing, as its payload orders it; no fault from outside may fail a job."""
    raised = Counter(run.job_id for run in evidence.runs if run.ended == "raised")
    cut_short = Counter(run.job_id for run in evidence.runs if not run.ended)
    returned = {(run.job_id, run.attempt) for run in evidence.runs if run.ended == "returned"}
    for job_id, job in evidence.jobs.items():
        if job.state != "failed":
            continue
        earned = {
            "error": job.may_raise and raised[job_id] >= job.max_attempts,
            "timeout": job.timeout_seconds is not None and (job_id, job.attempt) not in returned,
            "worker_lost": job.kills_itself and min(job.losses, cut_short[job_id]) > job.max_lost,
        }
        if not earned.get(job.reason or "", False):
            yield (
                f"job {job_id} ({job}) failed by {job.reason}: {raised[job_id]} of its runs "
                f"raised, {cut_short[job_id]} were cut short, {job.losses} losses; {job.error[:200]}"
            )


def a_run_finds_its_process_as_new(evidence: Evidence) -> Iterable[str]:
    for run in evidence.runs:
        if run.spoiled:
            yield f"job {run.job_id}, attempt {run.attempt}, found of earlier jobs: {run.spoiled}"


def what_a_job_started_ends_with_it(evidence: Evidence) -> Iterable[str]:
    yield from evidence.left_behind


def every_socket_shows_what_rest_says(evidence: Evidence) -> Iterable[str]:
    for number, watcher in enumerate(evidence.watchers):
        for job_id, job in evidence.jobs.items():
            shown = watcher.seen.get(job_id)
            if watcher.wants(job.job_type) and shown != (job.state, job.version):
                yield f"socket {number} shows job {job_id} as {shown}, it is {(job.state, job.version)}"


def no_secret_is_seen(evidence: Evidence) -> Iterable[str]:
    for where, text in evidence.texts.items():
        for secret in evidence.secrets:
            if secret in text:
                yield f"{where} shows a secret"


def what_was_accepted_exists_and_a_key_means_one_job(evidence: Evidence) -> Iterable[str]:
    for job_id in evidence.accepted - evidence.jobs.keys():
        yield f"job {job_id} was accepted and does not exist"
    marks = Counter(job.mark for job in evidence.jobs.values() if job.mark)
    for mark, count in marks.items():
        if count > 1:
            yield f"key {mark} made {count} jobs"
    for key, job_ids in evidence.keys.items():
        if len(job_ids) > 1:
            yield f"key {key} was answered with {len(job_ids)} jobs"


CHECKS: tuple[Check, ...] = (
    every_accepted_job_ends_once,
    runs_of_a_job_never_overlap,
    starts_are_no_more_than_attempts_losses_and_interruptions,
    a_loss_or_an_interruption_has_its_cause,
    each_series_has_one_live_job_and_numbers_without_gaps,
    nothing_starts_before_its_time,
    nothing_waits_without_a_message_or_runs_without_a_lease,
    a_fenced_attempt_changes_nothing,
    an_accepted_stop_ends_the_job,
    nothing_fails_that_did_not_earn_it,
    a_run_finds_its_process_as_new,
    what_a_job_started_ends_with_it,
    every_socket_shows_what_rest_says,
    no_secret_is_seen,
    what_was_accepted_exists_and_a_key_means_one_job,
)


def violations(evidence: Evidence, checks: Iterable[Check] = CHECKS) -> list[str]:
    """Each with its promise, the first few of a kind in full."""
    found: list[str] = []
    for check in checks:
        broken = list(check(evidence))
        name = check.__name__.replace("_", " ")
        found += [f"BROKEN: {name}: {sentence}" for sentence in broken[:5]]
        if len(broken) > 5:
            found.append(f"BROKEN: {name}: {len(broken) - 5} more like these")
    return found
