"""Says on which terms the stored payload of a series takes the template's secrets: by the rights of its author now."""

from __future__ import annotations

from dataclasses import replace

from accounts.actors import find_actor
from accounts.rights import JobRight
from accounts.roles import SYSTEM
from jobs.models import Series
from templates_app.access import has_right
from templates_app.bindings import StoredSecrets
from templates_app.documents import TemplateSpec
from templates_app.terms import Terms


def terms_of_series(series: Series, spec: TemplateSpec) -> Terms:
    """Returns the terms on which a template version takes the payload of a series. Raises SecretsUnreadable.

    Otherwise an author who may not edit the template would get, with an address of their own, a secret or a read-only
    field that the template has only since.
    """
    stored = StoredSecrets.open(series.secrets)
    # The author is looked up only where it matters: this runs at each end of a job.
    if not spec.compiled.depends_on_rights or _may_author_edit(series):
        return Terms(stored)
    # Values of fields that are read-only were the template's: the author could not give them.
    fixed = {".".join(path) for path, field in spec.compiled.secret_fields.items() if field.is_read_only}
    values = {place: value for place, value in stored.values.items() if place not in fixed}
    return Terms(replace(stored, values=values), may_edit=False)


def _may_author_edit(series: Series) -> bool:
    if series.owned_by_template or series.created_by == SYSTEM.name:
        return True
    author = find_actor(series.created_by)
    return author is not None and has_right(author, JobRight.EDIT, series.template)
