"""Terminate many jobs or run them again: at once up to 1,000, else by an operation in the background."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.errors import Outdated
from accounts.roles import Actor
from jobs import hints, transitions
from jobs.models import Job
from jobs.read.filters import JobFilter
from jobs.services import operations, rerunning
from jobs.services.control import StopReport, need_operator, terminate_jobs
from jobs.services.promises import Promise, claim, keep
from jobs.services.rerunning import Refusals
from jobs.services.submit import TRIES
from jobs.states import LIVE, TERMINAL, OperationKind

AT_ONCE = 1000
# Of a request that is answered at once: so long may the handlers' own rules take together.
JUDGE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which jobs: those of `job_ids`, as far as there are such, or those that pass `job_filter` at this moment."""

    job_ids: tuple[uuid.UUID, ...] = ()
    job_filter: JobFilter | None = None

    def jobs(self) -> QuerySet[Job]:
        if self.job_filter is None:
            return Job.objects.filter(pk__in=self.job_ids)
        return self.job_filter.apply(Job.objects.all())


@dataclass(slots=True)
class RerunReport:
    """What became of a re-run of many: the new jobs, and why others were refused, by the old one's id."""

    matched: int = 0
    created: list[uuid.UUID] = field(default_factory=list)
    refused: Refusals = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "matched": self.matched,
            "created": [str(job_id) for job_id in self.created],
            "refused": rerunning.told(self.refused),
        }


def terminate(*, choice: Choice, actor: Actor, dry_run: bool) -> StopReport | uuid.UUID:
    """What was done; or the operation that does it, for more than AT_ONCE jobs. Ended ones are only counted."""
    need_operator(actor)
    jobs = choice.jobs()
    ended = jobs.filter(state__in=TERMINAL).count()
    alive = list(jobs.filter(state__in=LIVE).order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    if not dry_run and len(alive) + ended > AT_ONCE:
        return _begin(OperationKind.TERMINATE, jobs, actor)
    many = len(alive) > AT_ONCE
    report = _counted(jobs) if many else terminate_jobs(job_ids=alive, actor=actor, dry_run=dry_run)
    report.matched += ended
    report.already_ended += ended
    return report


def _counted(jobs: QuerySet[Job]) -> StopReport:
    """What a dry run of many live jobs tells."""
    alive = jobs.filter(state__in=LIVE)
    number, running = alive.count(), alive.filter(state=LIVE[-1]).count()
    return StopReport(matched=number, terminated=max(number - running, 0), requested=running)


def rerun(*, choice: Choice, actor: Actor, promise: Promise | None = None) -> RerunReport | uuid.UUID:
    """The new jobs; or the operation that creates them, for more than AT_ONCE. Each is judged by itself."""
    need_operator(actor)
    for _ in range(TRIES):
        chosen = _up_to_one_more(choice)
        if len(chosen) > AT_ONCE:
            return _begin(OperationKind.RERUN, choice.jobs(), actor, promise)
        report, jobs = _judged(chosen, actor)
        with transaction.atomic():
            claim(promise)
            created = transitions.create_if_still(jobs)
            if created is not None:
                report.created = created
                keep(promise, report.as_json())
            else:
                transaction.set_rollback(True)
        if created is not None:
            hints.nudge()
            return report
    raise Outdated


def dry_rerun(*, choice: Choice, actor: Actor) -> RerunReport:
    """What a re-run would refuse; of more than AT_ONCE jobs only how many they are."""
    need_operator(actor)
    chosen = _up_to_one_more(choice)
    if len(chosen) > AT_ONCE:
        return RerunReport(matched=choice.jobs().count())
    return _judged(chosen, actor)[0]


def _up_to_one_more(choice: Choice) -> list[uuid.UUID]:
    return list(choice.jobs().order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])


def _judged(job_ids: list[uuid.UUID], actor: Actor) -> tuple[RerunReport, list[transitions.NewJob]]:
    judged = rerunning.judge(job_ids, actor, seconds=JUDGE_SECONDS)
    refused = judged.refused | rerunning.not_judged(judged.left)
    return RerunReport(matched=len(job_ids), refused=refused), judged.jobs


def _begin(
    kind: OperationKind, jobs: QuerySet[Job], actor: Actor, promise: Promise | None = None
) -> uuid.UUID:
    with transaction.atomic():
        claim(promise)
        to_do = Q(state__in=LIVE) if kind == OperationKind.TERMINATE else Q()
        operation_id = operations.begin(kind=kind, jobs=jobs, to_do=to_do, actor=actor)
        keep(promise, {"operation": str(operation_id)})
    hints.nudge()
    return operation_id
