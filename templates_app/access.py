"""Finds on which job types an actor has a right, by the actor's role and grants and by the access of the templates.

Lists, counts and single requests ask here, so that all doors agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from accounts.errors import scope_problem
from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import Forbidden, NotFound, Problem
from templates_app.models import JobTemplate
from templates_app.queries import get_template, no_template


@dataclass(frozen=True, slots=True)
class Types:
    """Holds a set of job types: those in `names`, or all but those if `are_excluded`."""

    names: frozenset[str] = frozenset()
    are_excluded: bool = False

    def __contains__(self, job_type: object) -> bool:
        return (job_type in self.names) != self.are_excluded

    def condition(self, field: str = "template_id") -> Q:
        """Returns the condition that a row's job type, in this field, is one of these."""
        if self == ALL_TYPES:
            return Q()
        named = Q(**{f"{field}__in": self.names})
        return ~named if self.are_excluded else named


ALL_TYPES = Types(are_excluded=True)


class Access:
    """Answers on which job types an actor has rights; reads from the database, once, only what the answers need."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._restricted: frozenset[str] | None = None
        self._all: frozenset[str] | None = None

    def types_with(self, right: JobRight) -> Types:
        """Returns the job types on which the actor has the right."""
        actor = self._actor
        if not actor.may_somewhere(right):
            return Types()
        if actor.has_all_types:
            return ALL_TYPES
        if actor.has_on_open_types(right) and not actor.is_limited_by_type:
            kept = (one for one in self._restricted_types() if not self._has(right, one))
            return Types(frozenset(kept), are_excluded=True)
        return Types(frozenset(one for one in self._all_types() if self._has(right, one)))

    def _has(self, right: JobRight, job_type: str) -> bool:
        return self._actor.may_on(right, job_type, is_restricted=job_type in self._restricted_types())

    def _restricted_types(self) -> frozenset[str]:
        if self._restricted is None:
            found = JobTemplate.objects.filter(restricted=True).values_list("type", flat=True)
            self._restricted = frozenset(found)
        return self._restricted

    def _all_types(self) -> frozenset[str]:
        if self._all is None:
            rows = JobTemplate.objects.values_list("type", "restricted")
            self._all = frozenset(job_type for job_type, _ in rows)
            self._restricted = frozenset(job_type for job_type, is_restricted in rows if is_restricted)
        return self._all


def types_with(actor: Actor, right: JobRight) -> Types:
    """Returns the job types on which the actor has the right."""
    return Access(actor).types_with(right)


def has_right(actor: Actor, right: JobRight, template: JobTemplate) -> bool:
    """Returns whether the actor has the right on the job type of this template."""
    return actor.may_on(right, template.type, is_restricted=template.restricted)


def rights_on(actor: Actor, template: JobTemplate) -> list[JobRight]:
    """Returns the rights that the actor has on the job type of this template."""
    return [right for right in JobRight if has_right(actor, right, template)]


def has_right_on_type(actor: Actor, right: JobRight, job_type: str) -> bool:
    """Returns whether the actor has the right on a job type; reads the template only if its access decides."""
    if not actor.may_somewhere(right):
        return False
    if actor.may_on(right, job_type, is_restricted=True):
        return True
    if not actor.may_on(right, job_type, is_restricted=False):
        return False
    return JobTemplate.objects.filter(type=job_type, restricted=False).exists()


def sees_form(actor: Actor, template: JobTemplate) -> bool:
    """Returns whether the actor may see the template's fields and default values, and not only that it exists."""
    return any(has_right(actor, right, template) for right in (JobRight.READ, JobRight.RUN, JobRight.EDIT))


def get_seen_template(actor: Actor, job_type: str) -> JobTemplate:
    """Returns the template. Raises NotFound if there is none, or the actor may not see it."""
    template = get_template(job_type)
    if not has_right(actor, JobRight.SEE, template):
        raise NotFound(no_template(job_type))
    return template


def require_form(actor: Actor, job_type: str) -> None:
    """Raises NotFound if the actor may not see the template, and Forbidden if not its fields and default values."""
    template = get_seen_template(actor, job_type)
    if not sees_form(actor, template):
        raise Forbidden(refusal(actor, JobRight.READ, job_type))


def require_right(actor: Actor, right: JobRight, job_type: str, *, missing: Problem | None = None) -> None:
    """Raises NotFound (`missing`) if the actor may not see the job type, Forbidden if the actor lacks the right."""
    if has_right_on_type(actor, right, job_type):
        return
    if not has_right_on_type(actor, JobRight.SEE, job_type):
        raise NotFound(missing or no_template(job_type))
    raise Forbidden(refusal(actor, right, job_type))


def require_somewhere(actor: Actor, right: JobRight) -> None:
    """Raises Forbidden unless there can be job types on which the actor has the right."""
    if not actor.may_somewhere(right):
        detail = f"You have no right to {_DOES[right]} jobs of any type: your role or a grant must give it."
        raise Forbidden(scope_problem(actor, right) or Problem("permission_denied", detail))


_DOES = {
    JobRight.SEE: "see",
    JobRight.READ: "read",
    JobRight.RUN: "run",
    JobRight.STOP: "stop",
    JobRight.EDIT: "edit",
}


def refusal(actor: Actor, right: JobRight, job_type: str) -> Problem:
    """Returns the Problem (scope or permission_denied) of an actor who lacks the right on a job type."""
    if problem := scope_problem(actor, right):
        return problem
    detail = f"You have no right to {_DOES[right]} {job_type}: your role or a grant must give it."
    return Problem("permission_denied", detail, "job_type")
