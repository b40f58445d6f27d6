"""Validates a job's payload with its template's rules, defaults and secret values, wherever it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.encryption import seal, unseal
from foundation.errors import Invalid, Problem
from foundation.json_schema.texts import secret_missing
from templates_app.documents import TemplateSpec
from templates_app.payload_schema import complete_payload
from templates_app.payload_schema.secrets import (
    Path,
    find_markers,
    has_marker,
    restore_secrets,
    split_secrets,
)


@dataclass(frozen=True, slots=True)
class CheckedPayload:
    """Holds a validated payload as it is stored and shown, and the secret values that belong at its markers."""

    payload: dict[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def with_secrets(self) -> dict[str, Any]:
        """Returns the payload as its handler gets it, with the secret values."""
        return restore_secrets(self.payload, self.secrets)

    @property
    def sealed(self) -> str | None:
        """Returns the secret values encrypted, as they are stored; None if there are none. Raises NoSecretsKey."""
        return seal(self.secrets)


def complete_and_validate(
    spec: TemplateSpec, payload: object, *, stored: Mapping[str, str] | None = None
) -> CheckedPayload:
    """Returns the payload with defaults filled in, validated with its real secret values.

    The marker `$encrypted$` stands for the value in `stored`, else for the template's default. Raises Invalid with
    every problem (SECRET_MISSING for a marker without a value, or in a field that is no longer a secret), and
    SecretsUnreadable if no key opens the template's secrets.
    """
    paths = spec.compiled.secret_paths
    given = _put_back(spec, payload, stored or {}) if paths and isinstance(payload, dict) else payload
    whole = complete_payload(spec.compiled, given, job_type=spec.type)
    if has_marker(whole):
        whole = _put_back(spec, whole, unseal(spec.sealed))
        _refuse_unresolved_markers(spec, whole)
    return CheckedPayload(*split_secrets(whole, paths))


def to_stored_form(
    spec: TemplateSpec, payload: dict[str, Any], *, stored: Mapping[str, str]
) -> CheckedPayload:
    """Returns a validated payload in the form in which a series stores it: without defaults, which may change later."""
    return CheckedPayload(*split_secrets(_put_back(spec, payload, stored), spec.compiled.secret_paths))


def _put_back(spec: TemplateSpec, payload: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Puts values only into fields that are secrets now: in another field a stored value would be shown."""
    secret = {".".join(path) for path in spec.compiled.secret_paths}
    return restore_secrets(payload, {place: value for place, value in values.items() if place in secret})


def fill_defaults(spec: TemplateSpec, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Fills in defaults without validation, for a payload whose secret values cannot be decrypted."""
    return spec.compiled.fill_defaults(payload)


def _refuse_unresolved_markers(spec: TemplateSpec, whole: dict[str, Any]) -> None:
    left = [
        Problem("SECRET_MISSING", secret_missing(_label_at(spec, path)), ".".join(("payload", *path)))
        for path in find_markers(whole)
    ]
    if left:
        raise Invalid(left)


def _label_at(spec: TemplateSpec, path: Path) -> str:
    """Returns the field's title, or its path inside lists and free JSON."""
    schema: Any = spec.compiled.json_schema
    for name in path:
        schema = schema.get("properties", {}).get(name, {})
    return str(schema.get("title", ".".join(path)))
