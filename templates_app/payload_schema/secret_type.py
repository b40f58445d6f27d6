"""Compiles payload fields of the type secret, which say where their values may go, or which shared secret they take."""

from __future__ import annotations

import re
from typing import Any

from foundation import hosts
from foundation.json_schema.reading import ObjectReader
from foundation.masking import MARKER
from templates_app.payload_schema.fragment import Fragment, Scope
from templates_app.payload_schema.textual import LENGTHS, read_lengths

KEYS = (*LENGTHS, "hosts", "secretRef")
SHARED_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
NAME_RULE = "up to 63 letters, digits, dots, dashes and underscores"


def build_secret(reader: ObjectReader, default: Any, scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `secret` to JSON Schema; refuses it in an array."""
    if scope.in_array:
        detail = "A secret cannot stand in an array: its items have no place of their own to keep it."
        reader.refuse("type", "secret_in_array", detail, "Write the secret as a field beside the array.")
    fragment = Fragment({"type": "string", "format": "password", "writeOnly": True})
    read_lengths(reader, fragment)
    if reader.has("hosts"):
        fragment.schema["x-hosts"] = _read_hosts(reader)
    if reader.has("secretRef"):
        _read_reference(reader, fragment, default)
    return fragment


def _read_hosts(reader: ObjectReader) -> list[str]:
    given = reader.source["hosts"]
    example = 'Write it like ["api.example.org", "*.example.org:8443"], or leave it out.'
    if not isinstance(given, list) or not all(isinstance(entry, str) for entry in given):
        reader.refuse("hosts", "type", "hosts must be a list of host names.", example)
        return []
    if not given or len(given) > hosts.MAX_HOSTS:
        code = "maxItems" if given else "minItems"
        reader.refuse("hosts", code, f"hosts names 1 to {hosts.MAX_HOSTS} hosts.", example)
    for place, entry in enumerate(given):
        if (remedy := hosts.find_fault(entry)) is not None:
            nested = reader.nested_reader("hosts", {str(place): entry})
            nested.refuse(str(place), "pattern", f"{entry[: hosts.MAX_LENGTH]!r} is no host.", remedy)
    return given


def _read_reference(reader: ObjectReader, fragment: Fragment, default: Any) -> None:
    name = reader.read_matching("secretRef", SHARED_NAME, default="", rule=NAME_RULE)
    if default is not None:
        detail = "A field takes a shared secret or has a default of its own, not both."
        reader.refuse("secretRef", "conflict", detail, "Remove the default, or secretRef.")
    if reader.has("hosts"):
        detail = "A shared secret has hosts of its own."
        reader.refuse("hosts", "conflict", detail, "Remove hosts here: an admin sets those of the secret.")
    # The marker stands for the shared secret, as it stands for a default elsewhere.
    fragment.schema |= {"x-secretRef": name, "default": MARKER}
