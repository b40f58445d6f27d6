"""Series and waiting jobs whose payload a change of their template would refuse: told of, or left behind."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from foundation.encryption import SecretsUnreadable, unseal
from foundation.errors import Invalid, Problem
from jobs.models import Job, Series
from jobs.states import SeriesState, State
from templates_app.diff import same_json
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.payloads import complete
from templates_app.queries import version_spec

MOST_TOLD = 100


class Misfit(NamedTuple):
    """A series, or a single job that waits, of a template's current version."""

    owner: str  # series | job_id
    id: uuid.UUID
    version: int
    problem: Problem

    def told(self) -> Problem:
        is_series = self.owner == "series"
        name = "series" if is_series else "job"
        first = "Change its payload first" if is_series else "Stop it first"
        goes_on = "goes on with" if is_series else "runs with"
        return Problem(
            "would_not_pass",
            f"The payload of {name} {self.id} would not do any more: {self.problem.detail}",
            self.problem.attr,
            {self.owner: str(self.id)},
            f"{first}, or save with force: then it {goes_on} version {self.version}.",
        )


def told(spec: TemplateSpec) -> list[Problem]:
    """Up to 100; the `value` of each says which series or job. `spec` as it will be stored, and not yet is."""
    template = _template_whose_rules_change(spec)
    if template is None:
        return []
    found = chain(_series(spec, template), _waiting_jobs(spec, template))
    return [misfit.told() for misfit in islice(found, MOST_TOLD)]


def pin(spec: TemplateSpec) -> list[uuid.UUID]:
    """Such series make jobs of the version from before, until their payload is changed; answers them.

    Jobs need nothing: each keeps the version it was made from.
    """
    template = _template_whose_rules_change(spec)
    if template is None:
        return []
    found = [misfit.id for misfit in _series(spec, template)]
    Series.objects.filter(pk__in=found).update(pinned_version=template.version)
    return found


def _template_whose_rules_change(spec: TemplateSpec) -> JobTemplate | None:
    template = JobTemplate.objects.filter(pk=spec.type).first()
    if template is None:
        return None
    rules = version_spec(spec.type, template.version).compiled.json_schema
    return None if same_json(rules, spec.compiled.json_schema) else template


def _series(spec: TemplateSpec, template: JobTemplate) -> Iterator[Misfit]:
    """Also those that are paused. The template's own has the defaults, which are judged before."""
    live = Series.objects.filter(
        template=template, archived=False, owned_by_template=False, pinned_version__isnull=True
    ).exclude(state=SeriesState.ENDED)
    for series in live.order_by("pk"):
        problem = _refusal(spec, series.payload or {}, series.secrets)
        if problem:
            yield Misfit("series", series.pk, template.version, problem)


def _waiting_jobs(spec: TemplateSpec, template: JobTemplate) -> Iterator[Misfit]:
    """Single ones: a series' waiting job is made anew. Those of older versions were decided upon before."""
    waiting = Job.objects.filter(
        template=template,
        template_version=template.version,
        series__isnull=True,
        state__in=[State.SCHEDULED, State.QUEUED],
    )
    rows = waiting.order_by("pk").values_list("pk", "payload", "secrets")
    for job_id, payload, sealed in rows.iterator(chunk_size=1000):
        problem = _refusal(spec, payload, sealed)
        if problem:
            yield Misfit("job_id", job_id, template.version, problem)


def _refusal(spec: TemplateSpec, payload: object, sealed: str | None) -> Problem | None:
    try:
        complete(spec, payload, stored=unseal(sealed))
    except Invalid as exc:
        return exc.problems[0]
    except SecretsUnreadable:
        return None  # its runs tell of that
    return None
