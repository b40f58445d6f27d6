"""Validates job payloads by their template's rules, fills in default values, and separates and restores secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.encryption import seal
from foundation.errors import Invalid, Problem
from foundation.json_schema.texts import secret_missing
from templates_app.bindings import Binding, bind_to_payload
from templates_app.documents import TemplateSpec
from templates_app.foreign_urls import label_at
from templates_app.payload_schema import complete_payload
from templates_app.payload_schema.secrets import (
    find_markers,
    has_marker,
    is_marked,
    restore_secrets,
    split_secrets,
)
from templates_app.secret_values import take_secrets
from templates_app.terms import OF_PLATFORM, Terms


@dataclass(frozen=True, slots=True)
class CheckedPayload:
    """Holds a validated payload with the marker `$encrypted$` in place of secrets, and their values by dotted path.

    A marker without a value stands for a shared secret, which is read when the job runs. `origins` tells of each
    secret where it comes from, and `binding` to what the values are bound, if there are any.
    """

    payload: dict[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    origins: Mapping[str, str] = field(default_factory=dict)
    binding: Binding | None = None

    @property
    def with_secrets(self) -> dict[str, Any]:
        """Returns the payload as the job handler gets it: with the secret values in place of `$encrypted$`."""
        return restore_secrets(self.payload, self.secrets)

    @property
    def sealed(self) -> str | None:
        """Returns the secret values as one encrypted text for storage; None if there are none. Raises NoSecretsKey."""
        return seal(self.secrets, note=self.binding.as_text() if self.binding else None)


def complete_and_validate(spec: TemplateSpec, payload: object, terms: Terms = OF_PLATFORM) -> CheckedPayload:
    """Returns the payload with the template's defaults filled in, validated with its real secret values.

    A field with the marker `$encrypted$` has its value in `terms.stored`, or else in the template's defaults or a
    shared secret. Raises Invalid with every problem (SECRET_MISSING for a marker without a value or in a field that is
    not secret, host_not_allowed for an address to which a secret may not go), and SecretsUnreadable if no key decrypts
    the template's secrets.
    """
    fields = spec.compiled.secret_fields
    values = terms.stored.values
    given = _put_back(spec, payload, values) if fields and isinstance(payload, dict) else payload
    whole = complete_payload(spec.compiled, given, job_type=spec.type, may_edit=terms.may_edit)
    if not fields:
        _refuse_unresolved_markers(spec, whole)
        return CheckedPayload(whole)
    kept = {".".join(path) for path in fields if ".".join(path) in values and is_marked(payload, path)}
    taken = take_secrets(spec, whole, kept, terms)
    masked, secrets = split_secrets(restore_secrets(whole, taken.values), spec.compiled.secret_paths)
    _refuse_unresolved_markers(spec, restore_secrets(masked, dict.fromkeys(taken.origins, "")))
    binding = bind_to_payload(spec, masked, taken.origins) if taken.origins else None
    return CheckedPayload(masked, secrets, taken.origins, binding)


def to_stored_form(
    spec: TemplateSpec, payload: dict[str, Any], *, stored: Mapping[str, str], complete: Mapping[str, Any]
) -> CheckedPayload:
    """Returns a series' validated payload with its secrets separated, and without defaults, which may change later.

    Its values are bound to what is in `complete`, the same payload with defaults filled in.
    """
    paths = spec.compiled.secret_paths
    masked, secrets = split_secrets(_put_back(spec, payload, stored), paths)
    fields = spec.compiled.secret_fields.items()
    shared = [".".join(path) for path, one in fields if one.shared and is_marked(masked, path)]
    places = [*secrets, *(place for place in shared if place not in secrets)]
    binding = bind_to_payload(spec, complete, places) if places else None
    return CheckedPayload(masked, secrets, binding=binding)


def _put_back(spec: TemplateSpec, payload: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Replaces `$encrypted$` by `values` in fields that are secret now; in other fields a value would be visible."""
    secret = {".".join(path) for path in spec.compiled.secret_paths}
    return restore_secrets(payload, {place: value for place, value in values.items() if place in secret})


def fill_defaults(spec: TemplateSpec, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the payload with defaults filled in, not validated, for when its secrets cannot be decrypted."""
    return spec.compiled.fill_defaults(payload)


def _refuse_unresolved_markers(spec: TemplateSpec, whole: dict[str, Any]) -> None:
    if not has_marker(whole):
        return
    raise Invalid(
        [
            Problem("SECRET_MISSING", secret_missing(label_at(spec, path)), ".".join(("payload", *path)))
            for path in find_markers(whole)
        ]
    )
