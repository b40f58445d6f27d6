"""Finds payloads that a new template version would reject: those of series, of waiting jobs, and its own defaults.

A change with such payloads is refused, or (with `force`) their series stay pinned to the version before.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from foundation.encryption import SecretsUnreadable
from foundation.errors import ABSENT, AppError, Conflict, Invalid, Problem
from foundation.json_diff import is_same_json
from jobs.models import Job, Series
from jobs.services.validation import validate_by_handlers
from jobs.states import SeriesState, State
from jobs.transitions.series_terms import terms_of_series
from templates_app.bindings import StoredSecrets
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.payloads import CheckedPayload, complete_and_validate
from templates_app.queries import version_spec
from templates_app.terms import Terms

MAX_REPORTED = 100


class IncompatiblePayload(NamedTuple):
    """Describes a series or single waiting job of template version `version` whose payload a new version rejects."""

    owner: str  # series | job_id
    id: uuid.UUID
    version: int
    problem: Problem

    def as_problem(self) -> Problem:
        """Returns the Problem as the API reports it; its `value` has the id of the series or job."""
        is_series = self.owner == "series"
        name = "series" if is_series else "job"
        first = "Change its payload first" if is_series else "Stop it first"
        goes_on = "goes on with" if is_series else "runs with"
        return Problem(
            "would_not_pass",
            f"The payload of {name} {self.id} would no longer be valid: {self.problem.detail}",
            self.problem.attr,
            {self.owner: str(self.id)},
            f"{first}, or save with force: then it {goes_on} version {self.version}.",
        )


def refuse_or_pin(spec: TemplateSpec, *, force: bool) -> list[uuid.UUID]:
    """Refuses a new template version that would reject payloads; with `force`, pins such series and returns their ids.

    A pinned series stays on the version before. Raises Conflict without `force`. `spec` is prepared for storage but not
    stored yet; the caller has locked the template's row.
    """
    if force:
        return _pin(spec)
    refuse_incompatible(spec)
    return []


def refuse_incompatible(spec: TemplateSpec) -> None:
    """Raises Conflict, with up to MAX_REPORTED problems, if `spec` rejects payloads of series or waiting jobs."""
    template = _template_with_other_rules(spec)
    if template is None:
        return
    found = chain(_find_series(spec, template), _find_waiting_jobs(spec, template))
    problems = [one.as_problem() for one in islice(found, MAX_REPORTED)]
    if problems:
        raise Conflict(problems)


def pinned_detail(pinned: Sequence[uuid.UUID]) -> dict[str, Any]:
    """Returns the detail of an audit entry that names the pinned series; an empty dict if there are none."""
    return {"pinned": [str(series_id) for series_id in pinned[:MAX_REPORTED]]} if pinned else {}


def validate_defaults(specs: Sequence[TemplateSpec]) -> dict[str, list[Problem]]:
    """Returns, by job type, the problems of default values from which the platform would start jobs by itself.

    Checks only enabled templates that are not user-triggered. Calls job handlers' `validate`, so no database row
    may be locked meanwhile. `specs` are prepared for storage, so no problem shows a secret.
    """
    refused: dict[str, AppError] = {}
    completed: dict[int, tuple[str, CheckedPayload]] = {}
    for place, spec in enumerate(specs):
        if spec.user_triggered or not spec.enabled:
            continue
        try:
            completed[place] = spec.type, complete_and_validate(spec, {})
        except Invalid as exc:
            refused[spec.type] = exc
    # A handler that is broken or missing does not refuse its template: creating a job reports that.
    by_handlers = validate_by_handlers(completed).items()
    refused |= {specs[place].type: error for place, error in by_handlers if isinstance(error, Invalid)}
    remedy = "Give it a default in payload: nobody fills in a form for a job that starts by itself."
    documents = {spec.type: spec.document for spec in specs}
    return {
        job_type: [
            Problem(one.code, one.detail, one.attr, value_at(documents[job_type], one.attr), remedy)
            for one in error.problems
        ]
        for job_type, error in refused.items()
    }


def value_at(document: Any, attr: str | None) -> Any:
    """Returns the value at a problem's dotted path in a template document; ABSENT if there is none."""
    for name in (attr or "").split("."):
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return ABSENT
    return document


def _pin(spec: TemplateSpec) -> list[uuid.UUID]:
    """Pins series with incompatible payloads to the current template version, and returns their ids.

    A series stays pinned until its payload is changed. Jobs need no change: each keeps the version it was made from.
    """
    template = _template_with_other_rules(spec)
    if template is None:
        return []
    found = [one.id for one in _find_series(spec, template)]
    Series.objects.filter(pk__in=found).update(pinned_version=template.version)
    return found


def _template_with_other_rules(spec: TemplateSpec) -> JobTemplate | None:
    """Returns the stored template if its payload rules differ from those of `spec`; None if not, or if not stored."""
    template = JobTemplate.objects.filter(pk=spec.type).first()
    if template is None:
        return None
    stored = version_spec(spec.type, template.version)
    has_other_handler = stored.document.get("handler") != spec.document.get("handler")
    is_same = is_same_json(stored.compiled.json_schema, spec.compiled.json_schema)
    return None if is_same and not has_other_handler else template


def _find_series(spec: TemplateSpec, template: JobTemplate) -> Iterator[IncompatiblePayload]:
    """Yields the series whose payload `spec` rejects, except the template's own series, which has the defaults."""
    # The defaults, which the template's own series has, are validated before.
    live = Series.objects.filter(
        template=template, archived=False, owned_by_template=False, pinned_version__isnull=True
    ).exclude(state=SeriesState.ENDED)
    for series in live.select_related("template").order_by("pk"):
        problem = _first_problem(spec, series.payload or {}, partial(terms_of_series, series, spec))
        if problem:
            yield IncompatiblePayload("series", series.pk, template.version, problem)


def _find_waiting_jobs(spec: TemplateSpec, template: JobTemplate) -> Iterator[IncompatiblePayload]:
    """Yields the waiting jobs of the current version that belong to no series and whose payload `spec` rejects."""
    # A series' waiting job is replaced. Jobs of older versions were let pass by an earlier change.
    waiting = Job.objects.filter(
        template=template,
        template_version=template.version,
        series__isnull=True,
        state__in=[State.SCHEDULED, State.QUEUED],
    )
    rows = waiting.order_by("pk").values_list("pk", "payload", "secrets")
    for job_id, payload, sealed in rows.iterator(chunk_size=1000):
        problem = _first_problem(spec, payload, partial(_terms_of_job, sealed))
        if problem:
            yield IncompatiblePayload("job_id", job_id, template.version, problem)


def _terms_of_job(sealed: str | None) -> Terms:
    # Not bound, and whoever its author is: the job keeps its version, and gets nothing of the new one.
    return Terms(StoredSecrets(StoredSecrets.open(sealed).values))


def _first_problem(spec: TemplateSpec, payload: object, terms: Callable[[], Terms]) -> Problem | None:
    """Returns the first problem of a stored payload on these terms, whose secrets may turn out to be unreadable."""
    try:
        complete_and_validate(spec, payload, terms())
    except Invalid as exc:
        return exc.problems[0]
    except SecretsUnreadable:
        return None  # when it runs, that is reported
    return None
