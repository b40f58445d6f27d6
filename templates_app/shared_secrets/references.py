"""Finds which templates refer to which shared secrets, and refuses references to those that a template may not have."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from accounts.rights import matches
from foundation.errors import Invalid, Problem
from foundation.suggestions import nearest
from templates_app.documents import TemplateSpec
from templates_app.models import SharedSecret, TemplateVersion
from templates_app.payload_schema.secrets import Path
from templates_app.queries import version_spec

# Shared locks: several templates may refer to a secret at once, and only a change of the secret waits for them.
_LOCK = "SELECT FROM templates_app_sharedsecret WHERE name = ANY(%s) ORDER BY id FOR SHARE"


def list_uses() -> dict[str, list[str]]:
    """Returns name of a shared secret -> the job types whose newest template version refers to it."""
    newest = TemplateVersion.objects.filter(number=F("template__version"), document__contains='"secretRef"')
    uses: dict[str, list[str]] = {}
    for job_type, number in newest.order_by("template_id").values_list("template_id", "number"):
        for name in sorted(references_of(version_spec(job_type, number)).values()):
            if job_type not in uses.setdefault(name, []):
                uses[name].append(job_type)
    return uses


def refuse_bad_references(spec: TemplateSpec, *, lock: bool = False) -> None:
    """Raises Invalid if the template refers to a shared secret that is unknown, or not for its job type.

    `lock` keeps the secrets as they are until the transaction ends.
    """
    references = references_of(spec)
    if not references:
        return
    if lock:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [list(references.values())])
    found = {row.name: row for row in SharedSecret.objects.filter(name__in=references.values())}
    problems = [
        problem
        for path, name in references.items()
        if (problem := _find_problem(spec, path, name, found.get(name))) is not None
    ]
    if problems:
        raise Invalid(problems)


def references_of(spec: TemplateSpec) -> dict[Path, str]:
    """Returns the name of the shared secret of each secret field that refers to one."""
    fields = spec.compiled.secret_fields
    return {path: field.shared for path, field in fields.items() if field.shared is not None}


def _find_problem(spec: TemplateSpec, path: Path, name: str, secret: SharedSecret | None) -> Problem | None:
    attr = f"payload_schema.{'.fields.'.join(path)}.secretRef"
    if secret is None:
        known = [row.name for row in SharedSecret.objects.all() if matches(row.job_types, spec.type)]
        remedy = nearest(name, known) or "Ask an admin to create it."
        return Problem("unknown_secret", f"There is no shared secret {name}.", attr, name, remedy)
    if not matches(secret.job_types, spec.type):
        detail = f"The shared secret {name} is not for templates of the type {spec.type}."
        remedy = "Ask an admin to add this type to the secret's job_types."
        return Problem("secret_not_for_type", detail, attr, name, remedy)
    return None
