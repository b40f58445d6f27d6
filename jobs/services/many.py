"""Terminates or re-runs many jobs: up to 1,000 within the request, more by an operation in the background."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from accounts.errors import Outdated
from accounts.rights import JobRight
from accounts.roles import Actor
from jobs import transitions, wakeup
from jobs.models import Job
from jobs.read import overviews
from jobs.read.filters import JobFilter
from jobs.read.visibility import Visibility, visibility_of
from jobs.services import operations, rerunning
from jobs.services.control import StopReport, terminate_jobs
from jobs.services.idempotency import IdempotentRequest, claim_key, store_answer
from jobs.services.rerunning import Refusals
from jobs.services.rights import refuse_unless_stoppable
from jobs.services.submit import MAX_TRIES
from jobs.states import LIVE, TERMINAL, OperationKind, State
from templates_app.access import require_somewhere, types_with

MAX_AT_ONCE = 1000
# How long the handlers may validate payloads while the client waits.
VALIDATION_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Selects jobs by `job_ids` (unknown ids are ignored), or those that match `job_filter` when the query runs."""

    job_ids: tuple[uuid.UUID, ...] = ()
    job_filter: JobFilter | None = None

    def jobs(self) -> QuerySet[Job]:
        """Returns the query that finds the selected jobs."""
        if self.job_filter is None:
            return Job.objects.filter(pk__in=self.job_ids)
        return self.job_filter.apply(Job.objects.all())

    def count(self, visibility: Visibility, states: Sequence[str] = tuple(State)) -> tuple[int, bool]:
        """Counts the selected jobs that are seen, in these states; returns (number, whether there may be more)."""
        if self.job_filter is None:
            return visibility.seen_of(self.jobs()).filter(state__in=states).count(), False
        wanted = tuple(state for state in states if state in (self.job_filter.states or states))
        if not wanted:
            return 0, False
        counts, is_capped = overviews.count_by_state(replace(self.job_filter, states=wanted), visibility)
        return sum(counts.values()), is_capped


@dataclass(slots=True)
class RerunReport:
    """Reports a re-run of many jobs: the ids of the new jobs, and by old job's id why others were refused.

    `capped`: more than `matched` may match.
    """

    matched: int = 0
    capped: bool = False
    created: list[uuid.UUID] = field(default_factory=list)
    refused: Refusals = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Returns the report as the API sends it."""
        return {
            "matched": self.matched,
            "capped": self.capped,
            "created": [str(job_id) for job_id in self.created],
            "refused": rerunning.refusals_as_json(self.refused),
        }


def terminate(*, choice: Choice, actor: Actor, dry_run: bool) -> StopReport | uuid.UUID:
    """Terminates the selected jobs and returns counts; more than MAX_AT_ONCE by an operation, whose id it returns.

    A filter leaves out what the actor may not stop. `dry_run`: only counts them. Jobs that have ended are always only
    counted. Raises Forbidden for an id of a job that the actor sees and may not stop.
    """
    require_somewhere(actor, JobRight.STOP)
    refuse_unless_stoppable(choice.job_ids, actor)
    stoppable = types_with(actor, JobRight.STOP)
    jobs = choice.jobs().filter(stoppable.condition())
    if dry_run:
        report = _count_live(jobs)
        visibility = Visibility(actor.name, seen=stoppable, read=stoppable, own=stoppable)
        ended, report.capped = choice.count(visibility, TERMINAL)
    else:
        ended = jobs.filter(state__in=TERMINAL).order_by()[: MAX_AT_ONCE + 1].count()
        alive = list(
            jobs.filter(state__in=LIVE).order_by("pk").values_list("pk", flat=True)[: MAX_AT_ONCE + 1]
        )
        if len(alive) + ended > MAX_AT_ONCE:
            return _begin(OperationKind.TERMINATE, jobs, actor)
        report = terminate_jobs(job_ids=alive, actor=actor, dry_run=False)
    report.matched += ended
    report.already_ended += ended
    return report


def _count_live(jobs: QuerySet[Job]) -> StopReport:
    """Counts, for a dry run, how many of the jobs would be terminated at once, and how many requested to stop."""
    alive = jobs.filter(state__in=LIVE).order_by()
    counts = dict(alive.values_list("state").annotate(number=Count("*")))
    running = counts.pop(State.RUNNING, 0)
    waiting = sum(counts.values())
    return StopReport(matched=waiting + running, terminated=waiting, requested=running)


def rerun(
    *, choice: Choice, actor: Actor, request: IdempotentRequest | None = None
) -> RerunReport | uuid.UUID:
    """Runs the selected jobs again and returns a report; more than MAX_AT_ONCE by an operation, whose id it returns.

    A refused job does not keep others from running again. Raises Forbidden, and Outdated if templates keep changing.
    """
    require_somewhere(actor, JobRight.RUN)
    visibility = visibility_of(actor)
    for _ in range(MAX_TRIES):  # another try after a template was changed during the check
        chosen = _first_ids(choice, visibility)
        if len(chosen) > MAX_AT_ONCE:
            return _begin(OperationKind.RERUN, visibility.seen_of(choice.jobs()), actor, request)
        report, jobs = _prepare(chosen, actor)
        with transaction.atomic():
            claim_key(request)
            created = transitions.create_all_if_current(jobs)
            if created is not None:
                report.created = created
                store_answer(request, report.as_json())
            else:
                transaction.set_rollback(True)
        if created is not None:
            wakeup.wake_dispatchers()
            return report
    raise Outdated


def dry_rerun(*, choice: Choice, actor: Actor) -> RerunReport:
    """Returns what a re-run would refuse; for more than MAX_AT_ONCE jobs, only how many match. Raises Forbidden."""
    require_somewhere(actor, JobRight.RUN)
    visibility = visibility_of(actor)
    matched, is_capped = choice.count(visibility)
    if matched > MAX_AT_ONCE:
        return RerunReport(matched=matched, capped=is_capped)
    # Counting may have ended early: these are what a re-run would read.
    chosen = _first_ids(choice, visibility)
    if len(chosen) > MAX_AT_ONCE:
        return RerunReport(matched=len(chosen), capped=True)
    return _prepare(chosen, actor)[0]


def _first_ids(choice: Choice, visibility: Visibility) -> list[uuid.UUID]:
    """Returns the first MAX_AT_ONCE + 1 ids of the selected jobs; that many ids mean that the limit is exceeded."""
    jobs = visibility.seen_of(choice.jobs())
    return list(jobs.order_by("pk").values_list("pk", flat=True)[: MAX_AT_ONCE + 1])


def _prepare(job_ids: list[uuid.UUID], actor: Actor) -> tuple[RerunReport, list[transitions.NewJob]]:
    prepared = rerunning.prepare_reruns(job_ids, actor, seconds=VALIDATION_SECONDS)
    refused = prepared.refused | rerunning.refuse_unreached(prepared.left)
    return RerunReport(matched=len(job_ids), refused=refused), prepared.jobs


def _begin(
    kind: OperationKind, jobs: QuerySet[Job], actor: Actor, request: IdempotentRequest | None = None
) -> uuid.UUID:
    with transaction.atomic():
        claim_key(request)
        to_do = Q(state__in=LIVE) if kind == OperationKind.TERMINATE else Q()
        operation_id = operations.begin(kind=kind, jobs=jobs, to_do=to_do, actor=actor)
        store_answer(request, {"operation": str(operation_id)})
    wakeup.wake_dispatchers()
    return operation_id
