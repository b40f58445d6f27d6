"""Loads the shared secrets to which a template refers, without their values."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.rights import matches
from templates_app.documents import TemplateSpec
from templates_app.models import SharedSecret
from templates_app.shared_secrets.references import references_of


@dataclass(frozen=True, slots=True)
class SharedOfTemplate:
    """Describes a shared secret to which a template refers: to which hosts its value may go; empty means any."""

    hosts: tuple[str, ...]
    source: str
    sealed: str | None = field(repr=False)


class SharedSecrets:
    """Gives the shared secrets to which a template refers, and loads them when the first is asked for."""

    def __init__(self, spec: TemplateSpec) -> None:
        self._spec = spec
        self._loaded: dict[str, SharedOfTemplate] | None = None

    def get(self, name: str) -> SharedOfTemplate | None:
        """Returns the secret of this name; None if there is none for the template's job type."""
        if self._loaded is None:
            self._loaded = load_shared(self._spec)
        return self._loaded.get(name)


def load_shared(spec: TemplateSpec) -> dict[str, SharedOfTemplate]:
    """Returns name -> shared secret, of those to which the template refers and which are for its job type."""
    rows = SharedSecret.objects.filter(name__in=set(references_of(spec).values()))
    return {
        row.name: SharedOfTemplate(tuple(row.hosts or ()), row.source, row.secrets)
        for row in rows
        if matches(row.job_types, spec.type)
    }
