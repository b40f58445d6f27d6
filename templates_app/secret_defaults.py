"""A template's secret default values: sealed apart from its document, in which the marker stands for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from foundation.encryption import SecretsUnreadable, require_key, seal, unseal
from foundation.errors import Invalid, Problem
from templates_app.documents import TemplateSpec, parse_document
from templates_app.payload_schema.secret_values import holds_marker, marked, put_back, split
from templates_app.payload_schema.secrets import MARKER

_BELONGS_IN_PAYLOAD = "The default of a secret, or of an object that has one, is not kept here."
_WRITE_IN_PAYLOAD = "Write it in payload, where secrets are encrypted."


def kept_apart(spec: TemplateSpec, stored: str | None) -> TemplateSpec:
    """The template as it is stored. A marker stands for a value of `stored`; doing this twice changes nothing.

    Raises Invalid with SECRET_MISSING for a marker that stands for nothing, NoSecretsKey and SecretsUnreadable.
    """
    payload: dict[str, Any] = spec.document.get("payload") or {}
    if spec.compiled.secret_paths:
        require_key()
    elif not holds_marker(payload):
        return spec
    _refuse_defaults_at_fields(spec)
    if holds_marker(payload):
        payload = _with_stored(spec, payload, unseal(stored) | unseal(spec.sealed))
        # Judged anew with what the markers stand for: the rules may have changed since. The rest was judged before.
        parse_document({**spec.document, "payload": payload}, is_stored=True)
    payload, values = split(payload, spec.compiled.secret_paths)
    document = {**spec.document, "payload": payload} if "payload" in spec.document else spec.document
    return replace(spec, document=document, sealed=seal(values))


def _refuse_defaults_at_fields(spec: TemplateSpec) -> None:
    """Only `payload` is searched for values: a `default` in payload_schema would be stored as it is written."""
    problems: list[Problem] = []
    for path in spec.compiled.secret_paths:
        fields: Mapping[str, Any] = spec.document["payload_schema"]
        for depth, name in enumerate(path):
            if "default" in fields[name]:
                at = ".".join(("payload_schema", *path[: depth + 1], "default"))
                problems.append(Problem("secret_default", _BELONGS_IN_PAYLOAD, at, remedy=_WRITE_IN_PAYLOAD))
            fields = fields[name].get("fields", {})
    if problems:
        raise Invalid(problems)


def same_secrets(one: str | None, other: str | None) -> bool:
    """The same values, however they were sealed; what cannot be read is not the same as anything."""
    try:
        return unseal(one) == unseal(other)
    except SecretsUnreadable:
        return False


def _with_stored(spec: TemplateSpec, payload: dict[str, Any], stored: dict[str, str]) -> dict[str, Any]:
    """Only fields that are secret still get a value: it must not come to light because its field's type changed."""
    secret = {".".join(path) for path in spec.compiled.secret_paths}
    whole = put_back(payload, {place: value for place, value in stored.items() if place in secret})
    left = [".".join(("payload", *path)) for path in marked(whole)]
    if left:
        raise Invalid([_missing(place) for place in left])
    return whole


def _missing(place: str) -> Problem:
    detail = "The marker stands here, but no secret value of this field is stored."
    return Problem("SECRET_MISSING", detail, place, MARKER, "Write the value itself, or remove the key.")
