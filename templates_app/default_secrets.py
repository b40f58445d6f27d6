"""Takes the secret default values out of a template's document and encrypts them; puts back those that are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from foundation.encryption import require_key, seal, unseal
from foundation.errors import Invalid, Problem
from foundation.masking import MARKER
from templates_app.bindings import bind_to_defaults, find_change
from templates_app.documents import TemplateSpec, parse_document
from templates_app.payload_schema.secrets import (
    find_markers,
    has_marker,
    is_marked,
    restore_secrets,
    split_secrets,
)


def separate_secrets(spec: TemplateSpec, stored: TemplateSpec | None) -> TemplateSpec:
    """Returns the template with `$encrypted$` in place of its secret defaults, which are encrypted in `sealed`.

    A marker that `spec` has already stands for a value in its own `sealed`, or else in `stored`, the version stored
    now. Raises Invalid (SECRET_MISSING) for a marker without a value, or if that changed to which the value is bound.
    """
    payload: dict[str, Any] = spec.document.get("payload") or {}
    if spec.compiled.secret_paths:
        require_key()
    elif not has_marker(payload):
        return spec
    _refuse_secrets_in_schema(spec)
    if has_marker(payload):
        own = unseal(spec.sealed)
        kept = unseal(stored.sealed) if stored else {}
        if stored:
            _refuse_changed_bindings(spec, stored, payload, kept.keys() - own.keys())
        payload = _replace_markers(spec, payload, kept | own)
        # The stored values are checked here: this version's rules may be stricter than those they were stored under.
        parse_document({**spec.document, "payload": payload}, is_stored=True)
    payload, values = split_secrets(payload, spec.compiled.secret_paths)
    document = {**spec.document, "payload": payload} if "payload" in spec.document else spec.document
    return replace(spec, document=document, sealed=seal(values))


def _refuse_changed_bindings(
    spec: TemplateSpec, stored: TemplateSpec, payload: dict[str, Any], places: Collection[str]
) -> None:
    """Raises Invalid (SECRET_MISSING) for markers at `places` whose values are bound to what changes with `spec`."""
    before, now = bind_to_defaults(stored, places), bind_to_defaults(spec, places)
    problems = []
    for place in sorted(now.fields):
        change = find_change(before, now, place)
        if change is not None and is_marked(payload, tuple(place.split("."))):
            detail = f"Enter this secret again, because {change}."
            remedy = "Write the value itself, or remove it."
            problems.append(Problem("SECRET_MISSING", detail, f"payload.{place}", MARKER, remedy))
    if problems:
        raise Invalid(problems)


def _refuse_secrets_in_schema(spec: TemplateSpec) -> None:
    """Raises Invalid if a secret field has a `default` in payload_schema, where it would be stored unencrypted."""
    problems: list[Problem] = []
    for path in spec.compiled.secret_paths:
        fields: Mapping[str, Any] = spec.document["payload_schema"]
        for depth, name in enumerate(path):
            if "default" in fields[name]:
                at = ".".join(("payload_schema", *path[: depth + 1], "default"))
                detail = "The default of a secret, or of an object that has one, is not kept here."
                remedy = "Write it in payload, where secrets are encrypted."
                problems.append(Problem("secret_default", detail, at, remedy=remedy))
            fields = fields[name].get("fields", {})
    if problems:
        raise Invalid(problems)


def _replace_markers(spec: TemplateSpec, payload: dict[str, Any], stored: dict[str, str]) -> dict[str, Any]:
    """Returns the payload with stored secrets in place of `$encrypted$`, but only in fields that are still secret.

    In another field the value would become visible. Raises Invalid (SECRET_MISSING) if a marker remains.
    """
    secret = {".".join(path) for path in spec.compiled.secret_paths}
    whole = restore_secrets(payload, {place: value for place, value in stored.items() if place in secret})
    left = [".".join(("payload", *path)) for path in find_markers(whole)]
    if left:
        raise Invalid([_missing_secret(place) for place in left])
    return whole


def _missing_secret(place: str) -> Problem:
    detail = "The marker stands here, but no secret value of this field is stored."
    return Problem("SECRET_MISSING", detail, place, MARKER, "Write the value itself, or remove the key.")
