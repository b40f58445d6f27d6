"""Reads job templates and their versions from the database; caches templates and parsed documents in the process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q, QuerySet

from foundation import prepared
from foundation.errors import NotFound, Problem
from foundation.suggestions import MAX_NAME_LENGTH
from templates_app.documents import TemplateSpec, is_valid_type, parse_document
from templates_app.models import JobTemplate, TemplateVersion

MAX_CACHED = 1024
_FIELDS = [field.attname for field in JobTemplate._meta.concrete_fields]
_TEMPLATE = f"""SELECT {", ".join(str(field.column) for field in JobTemplate._meta.concrete_fields)}
    FROM templates_app_jobtemplate WHERE type = %s"""  # noqa: S608 - names of columns
_uncommitted: set[tuple[str, int]] = set()
_cached_templates: dict[str, JobTemplate] = {}


def get_template(job_type: str) -> JobTemplate:
    """Returns the job template, also an archived one. Raises NotFound (with `attr` job_type) if there is none."""
    # An address may contain text that Postgres refuses, such as a NUL; only possible names are queried.
    template = _read_row(job_type) if is_valid_type(job_type) else None
    if template is None:
        raise NotFound(no_template(job_type))
    return template


def no_template(job_type: str) -> Problem:
    """Returns the Problem (not_found) of a job type that has no template."""
    return Problem("not_found", f"There is no template {job_type[:MAX_NAME_LENGTH]!r}.", "job_type")


def _read_row(job_type: str) -> JobTemplate | None:
    """Returns a template's database row, read by a prepared statement for speed; None if there is no such row."""
    rows = prepared.fetch(_TEMPLATE, [job_type])
    return JobTemplate.from_db(DEFAULT_DB_ALIAS, _FIELDS, rows[0]) if rows else None


def cached_template(job_type: str) -> JobTemplate:
    """Returns a job template from the process's cache; it may be stale, see `drop_if_stale`. Raises NotFound."""
    cached = _cached_templates.get(job_type)
    if cached is None:
        if len(_cached_templates) >= MAX_CACHED:
            _cached_templates.clear()
        cached = _cached_templates[job_type] = get_template(job_type)
    return cached


def runnable_versions(job_types: Collection[str]) -> dict[str, int]:
    """Returns job type -> current version number, for those templates that are enabled and not archived."""
    found = JobTemplate.objects.filter(type__in=job_types, enabled=True, archived=False)
    return dict(found.values_list("type", "version"))


def drop_if_stale(cached: JobTemplate) -> bool:
    """Returns whether the cached template differs from its database row; if so, removes it from the cache."""
    current = _read_row(cached.type)
    if current is not None and all(getattr(current, name) == getattr(cached, name) for name in _FIELDS):
        return False
    _cached_templates.pop(cached.type, None)
    return True


def list_templates(
    *, user_triggered: bool | None = None, search: str = "", archived: bool | None = False
) -> QuerySet[JobTemplate]:
    """Returns job templates by type. `search` looks in type and label; `archived=None` includes archived ones."""
    found = JobTemplate.objects.all()
    if user_triggered is not None:
        found = found.filter(user_triggered=user_triggered)
    if archived is not None:
        found = found.filter(archived=archived)
    if search:
        search = search.replace("\0", "")
        found = found.filter(Q(type__icontains=search) | Q(label__icontains=search))
    return found.order_by("type")


def versions_of(job_type: str) -> QuerySet[TemplateVersion]:
    """Returns all versions of a job template, newest first. Raises NotFound if there is no such template."""
    return get_template(job_type).versions.order_by("-number")


def get_version(job_type: str, number: int) -> TemplateVersion:
    """Returns one version of a job template. Raises NotFound if there is no such template or version."""
    row = TemplateVersion.objects.filter(template=get_template(job_type), number=number).first()
    if row is None:
        raise NotFound(Problem("not_found", f"There is no version {number} of {job_type}.", "version"))
    return row


def current_versions(templates: QuerySet[JobTemplate]) -> dict[str, TemplateVersion]:
    """Returns job type -> current TemplateVersion, for all of the given templates, in two queries."""
    numbers = dict(templates.values_list("type", "version"))
    rows = TemplateVersion.objects.filter(template__in=numbers, number__in=set(numbers.values()))
    current = {row.template_id: row for row in rows if numbers[row.template_id] == row.number}
    return {job_type: current[job_type] for job_type in numbers}


def current_spec(job_type: str) -> TemplateSpec:
    """Returns the parsed document of a template's current version. Raises NotFound if there is no such template."""
    return version_spec(job_type, get_template(job_type).version)


def version_spec(job_type: str, number: int) -> TemplateSpec:
    """Returns a template version's parsed document, cached as versions never change. Raises NotFound if none."""
    if (job_type, number) in _uncommitted:
        return _read_spec(job_type, number)
    return _cached_spec(job_type, number)


def bypass_cache_until_commit(job_type: str, number: int) -> None:
    """Keeps `version_spec` from caching a new version before its commit: a rollback makes its number free again."""
    _uncommitted.add((job_type, number))
    transaction.on_commit(lambda: _uncommitted.discard((job_type, number)))


def _read_spec(job_type: str, number: int) -> TemplateSpec:
    row = TemplateVersion.objects.filter(template_id=job_type, number=number).first()
    if row is None:
        detail = f"There is no version {number} of {job_type}."
        raise NotFound(Problem("not_found", detail, "job_type"))
    return replace(parse_document(row.document_json, is_stored=True), sealed=row.secrets)


_cached_spec = lru_cache(maxsize=MAX_CACHED)(_read_spec)
