"""Validates job payloads by their template's rules, fills in default values, and separates and restores secrets."""

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
    """Holds a validated payload with the marker `$encrypted$` in place of secrets, and their values by dotted path."""

    payload: dict[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def with_secrets(self) -> dict[str, Any]:
        """Returns the payload as the job handler gets it: with the secret values in place of `$encrypted$`."""
        return restore_secrets(self.payload, self.secrets)

    @property
    def sealed(self) -> str | None:
        """Returns the secret values as one encrypted text for storage; None if there are none. Raises NoSecretsKey."""
        return seal(self.secrets)


def complete_and_validate(
    spec: TemplateSpec, payload: object, *, stored: Mapping[str, str] | None = None
) -> CheckedPayload:
    """Returns the payload with the template's defaults filled in, validated with its real secret values.

    A field with the marker `$encrypted$` has its value in `stored` (by dotted path), or else in the template's
    defaults. Raises Invalid with every problem (SECRET_MISSING for a marker without a value, or in a field that is not
    secret), and SecretsUnreadable if no key decrypts the template's secrets.
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
    """Returns a series' validated payload with its secrets separated, and without defaults, which may change later."""
    return CheckedPayload(*split_secrets(_put_back(spec, payload, stored), spec.compiled.secret_paths))


def _put_back(spec: TemplateSpec, payload: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Replaces `$encrypted$` by `values` in fields that are secret now; in other fields a value would be visible."""
    secret = {".".join(path) for path in spec.compiled.secret_paths}
    return restore_secrets(payload, {place: value for place, value in values.items() if place in secret})


def fill_defaults(spec: TemplateSpec, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the payload with defaults filled in, not validated, for when its secrets cannot be decrypted."""
    return spec.compiled.fill_defaults(payload)


def _refuse_unresolved_markers(spec: TemplateSpec, whole: dict[str, Any]) -> None:
    left = [
        Problem("SECRET_MISSING", secret_missing(_label_at(spec, path)), ".".join(("payload", *path)))
        for path in find_markers(whole)
    ]
    if left:
        raise Invalid(left)


def _label_at(spec: TemplateSpec, path: Path) -> str:
    """Returns the title of the payload field at the path; the dotted path where no title exists, as in lists."""
    schema: Any = spec.compiled.json_schema
    for name in path:
        schema = schema.get("properties", {}).get(name, {})
    return str(schema.get("title", ".".join(path)))
