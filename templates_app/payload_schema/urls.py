"""Finds the addresses in payloads: the values of fields of the type `url`, also those in objects and arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from templates_app.payload_schema.secrets import Path


def find_urls(schema: Mapping[str, Any], value: Any, at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yields path and text of every address in the value of a field; a list's items have their numbers in the path."""
    if schema.get("x-type") == "url":
        if isinstance(value, str):
            yield at, value
    elif isinstance(value, Mapping):
        for name, field in schema.get("properties", {}).items():
            if name in value:
                yield from find_urls(field, value[name], (*at, name))
    elif isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from find_urls(schema["items"], item, (*at, str(number)))


def find_default_urls(schema: Mapping[str, Any], at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yields path and text of every address in the default values of fields, also of fields that are not shown."""
    if "default" in schema:
        yield from find_urls(schema, schema["default"], at)
    for name, field in schema.get("properties", {}).items():
        yield from find_default_urls(field, (*at, name))
    if "items" in schema:
        yield from find_default_urls(schema["items"], (*at, "0"))


def find_url_fields(schema: Mapping[str, Any], at: Path = ()) -> Iterator[Path]:
    """Yields the path of every address field; in lists with the number 0 for each item."""
    if schema.get("x-type") == "url":
        yield at
    for name, field in schema.get("properties", {}).items():
        yield from find_url_fields(field, (*at, name))
    if "items" in schema:
        yield from find_url_fields(schema["items"], (*at, "0"))


def has_open_url(schema: Mapping[str, Any]) -> bool:
    """Returns whether an object has an address field, also in objects and lists, that is not read-only."""
    if schema.get("readOnly"):
        return False
    if schema.get("x-type") == "url":
        return True
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return any(map(has_open_url, inner))
