"""Decides who may store, remove and export a template, and who may change its access."""

from __future__ import annotations

from accounts.errors import scope_problem
from accounts.rights import JobRight
from accounts.roles import Actor, Right
from foundation.errors import AppError, Forbidden, Invalid, NotFound, Problem
from templates_app.access import has_right, refusal
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.queries import no_template


def require_editor(actor: Actor) -> None:
    """Raises Forbidden unless there can be templates that the actor may edit."""
    if not actor.may_somewhere(JobRight.EDIT):
        problem = Problem("permission_denied", "Templates are changed by editors.")
        raise Forbidden(scope_problem(actor, JobRight.EDIT) or problem)


def require_editable(actor: Actor, template: JobTemplate) -> None:
    """Raises NotFound if the actor may not see the template, and Forbidden if the actor may not edit it."""
    if not has_right(actor, JobRight.SEE, template):
        raise NotFound(no_template(template.type))
    if not has_right(actor, JobRight.EDIT, template):
        raise Forbidden(refusal(actor, JobRight.EDIT, template.type))


def require_storable(actor: Actor, spec: TemplateSpec, stored: JobTemplate | None) -> None:
    """Raises an error unless the actor may store `spec` in place of the locked row `stored`, or as a new template.

    NotFound, Forbidden, or Invalid (not_yours) if the access would change and the actor is no admin.
    """
    if stored is not None:
        require_editable(actor, stored)
    elif not actor.may_on(JobRight.EDIT, spec.type, is_restricted=False):
        raise Forbidden(refusal(actor, JobRight.EDIT, spec.type))
    if (problem := _access_problem(actor, spec, stored)) is not None:
        raise Invalid(problem)


def find_import_problem(actor: Actor, spec: TemplateSpec, stored: JobTemplate | None) -> Problem | None:
    """Returns the Problem (not_yours) of a template in a file that the actor may not store; None if the actor may."""
    try:
        require_storable(actor, spec, stored)
    except Invalid as exc:
        return exc.problems[0]
    except AppError:
        remedy = "Leave it out, or ask an admin for the right to edit it."
        return Problem("not_yours", f"You may not edit {spec.type}.", None, None, remedy)
    return None


def is_exported(actor: Actor, template: JobTemplate) -> bool:
    """Returns whether an export has the template: if the actor may read it and, if it is restricted, edit it."""
    needed = JobRight.EDIT if template.restricted else JobRight.READ
    return has_right(actor, needed, template)


def _access_problem(actor: Actor, spec: TemplateSpec, stored: JobTemplate | None) -> Problem | None:
    was_restricted = stored is not None and stored.restricted
    if spec.is_restricted == was_restricted or actor.may(Right.ADMINISTER):
        return None
    remedy = 'Leave the access as it is: "restricted".' if was_restricted else "Leave the key access out."
    detail = "Only admins change who has access to a template."
    return Problem("not_yours", detail, "access", spec.access, remedy)
