"""The one check of a job's payload at every door: its template's rules, defaults and secret values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.encryption import seal, unseal
from foundation.errors import Invalid, Problem
from foundation.json_schema.texts import secret_missing
from templates_app.documents import TemplateSpec
from templates_app.payload_schema import complete_payload
from templates_app.payload_schema.secret_values import holds_marker, marked, put_back, split
from templates_app.payload_schema.secrets import Path


@dataclass(frozen=True, slots=True)
class Checked:
    """A payload as it is stored and shown, and the secret values that belong at its markers."""

    payload: dict[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> dict[str, Any]:
        """As its handler gets it."""
        return put_back(self.payload, self.secrets)

    @property
    def sealed(self) -> str | None:
        """The values as they are stored. Raises NoSecretsKey."""
        return seal(self.secrets)


def complete(spec: TemplateSpec, payload: object, *, stored: Mapping[str, str] | None = None) -> Checked:
    """The payload with defaults filled in, checked with its real secret values.

    The marker `$encrypted$` stands for the value in `stored`, else for the template's default. Raises Invalid
    with every problem (SECRET_MISSING where a marker stands for nothing, as in a field that is no secret any more),
    and SecretsUnreadable if the key is gone.
    """
    paths = spec.compiled.secret_paths
    given = _put_back(spec, payload, stored or {}) if paths and isinstance(payload, dict) else payload
    whole = complete_payload(spec.compiled, given, job_type=spec.type)
    if holds_marker(whole):
        whole = _put_back(spec, whole, unseal(spec.sealed))
        _refuse_left_over(spec, whole)
    return Checked(*split(whole, paths))


def kept(spec: TemplateSpec, payload: dict[str, Any], *, stored: Mapping[str, str]) -> Checked:
    """A checked payload as it is kept for later: as it was given, without defaults, which may change until then."""
    return Checked(*split(_put_back(spec, payload, stored), spec.compiled.secret_paths))


def _put_back(spec: TemplateSpec, payload: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Only where the field is secret today: a stored value never comes to light in another one."""
    secret = {".".join(path) for path in spec.compiled.secret_paths}
    return put_back(payload, {place: value for place, value in values.items() if place in secret})


def unchecked(spec: TemplateSpec, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with defaults filled in, for when its secret values cannot be read and hence not be checked."""
    return spec.compiled.filling(payload)


def _refuse_left_over(spec: TemplateSpec, whole: dict[str, Any]) -> None:
    left = [
        Problem("SECRET_MISSING", secret_missing(_label_at(spec, path)), ".".join(("payload", *path)))
        for path in marked(whole)
    ]
    if left:
        raise Invalid(left)


def _label_at(spec: TemplateSpec, path: Path) -> str:
    """The field's title; inside lists and free JSON there is only the path."""
    schema: Any = spec.compiled.json_schema
    for name in path:
        schema = schema.get("properties", {}).get(name, {})
    return str(schema.get("title", ".".join(path)))
