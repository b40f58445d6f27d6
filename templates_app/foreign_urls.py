"""Finds addresses in payloads to which a secret may not go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from foundation.errors import Problem
from foundation.hosts import is_allowed, origin_of
from templates_app.documents import TemplateSpec
from templates_app.payload_schema.secrets import Path
from templates_app.payload_schema.urls import find_urls


def find_foreign_urls(
    spec: TemplateSpec, payload: Mapping[str, Any], path: Path, hosts: Collection[str]
) -> Iterator[Problem]:
    """Yields a Problem for each address in the payload to which the secret at `path` may not go; no `hosts`: to any."""
    if not hosts:
        return
    for place, url in find_urls(spec.compiled.json_schema, payload):
        if not is_allowed(url, hosts):
            there = origin_of(url) or "an address that can be read in several ways"
            detail = f"{label_at(spec, path)} may only go to {', '.join(hosts)}, not to {there}"
            yield Problem("host_not_allowed", detail, ".".join(("payload", *place)))


def label_at(spec: TemplateSpec, path: Path) -> str:
    """Returns the title of the payload field at the path; the dotted path where no title exists, as in lists."""
    schema: Any = spec.compiled.json_schema
    for name in path:
        schema = schema.get("properties", {}).get(name, {})
    return str(schema.get("title", ".".join(path)))
