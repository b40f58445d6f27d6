"""The payload that an editor gives a series: checked like a job's, its secret values kept apart."""

from __future__ import annotations

from typing import Any, NamedTuple

from accounts.roles import Actor
from foundation.encryption import unseal
from foundation.errors import Conflict, Problem
from jobs.models import Series
from jobs.services.submit import Submission, prepare
from templates_app.documents import TemplateSpec
from templates_app.payload_schema.secrets import has_marker
from templates_app.payloads import CheckedPayload, to_stored_form
from templates_app.services import lock_template


class Chosen(NamedTuple):
    """A payload, or None for the template's defaults, and the version that took it."""

    payload: dict[str, Any] | None
    sealed: str | None
    version: int
    spec: TemplateSpec


def check(job_type: str, payload: Any, actor: Actor, *, sealed: str | None = None) -> Chosen:
    """As for a single job: the template runs, its handler is there, the payload fits.

    A marker in it stands for the value in `sealed`, else for the template's default.
    """
    given = {} if payload is None else payload
    stored = unseal(sealed) if has_marker(given) else {}
    job = prepare(Submission(job_type=job_type, payload=given, stored_secrets=stored), actor)
    as_kept: CheckedPayload = to_stored_form(job.spec, given, stored=stored)
    return Chosen(
        None if payload is None else as_kept.payload, as_kept.sealed, job.template_version, job.spec
    )


def refuse_if_outdated(chosen: Chosen) -> None:
    """Call first in the transaction that stores it: the template stays as it is until its end."""
    template = lock_template(chosen.spec.type)
    if template is None or template.version != chosen.version:
        raise Conflict(Problem("changing", "The template was changed at this moment; try again.", "payload"))


def give(series: Series, chosen: Chosen) -> None:
    """From now on it follows the template's newest version again."""
    series.payload, series.secrets, series.pinned_version = chosen.payload, chosen.sealed, None
