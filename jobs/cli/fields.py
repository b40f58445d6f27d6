"""Reads a new job's payload from the option `--payload` and FIELD=VALUE words; the template validates it later."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from foundation.errors import Invalid, Problem, TooLarge
from foundation.strict_json import parse_json

_YES_AND_NO = {"yes": True, "no": False, "on": True, "off": False}


def read_payload(text: str | None, words: Sequence[str], schema: Mapping[str, Any]) -> Any:
    """Returns the payload that `--payload` gives (`text`: JSON, or @ and a file name), updated by FIELD=VALUE `words`.

    Raises Invalid for bad JSON, TooLarge, or click's UsageError for an unreadable file or a word without `=`.
    """
    payload = {} if text is None else _read_json(text)
    if not words:
        return payload
    if not isinstance(payload, dict):
        raise Invalid(Problem("type", "The payload must be a JSON object.", "payload"))
    return payload | read_fields(words, schema)


def read_fields(words: Sequence[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields that FIELD=VALUE words give, with values of the types in the payload's JSON Schema.

    A list is written with commas, or by repeating its field. Raises Invalid if any other field is repeated, and click's
    UsageError for a word without `=`.
    """
    values: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not name or not equals:
            raise click.UsageError(f"{word!r} is no FIELD=VALUE.")
        rules = schema.get("properties", {}).get(name, {})
        value = _read_word(name, text, rules)
        earlier = values.get(name)
        if isinstance(earlier, list) and isinstance(value, list):
            value = earlier + value
        elif name in values:
            raise Invalid(Problem("duplicate_key", "This field is given twice.", f"payload.{name}"))
        values[name] = value
    return values


def _read_word(name: str, text: str, rules: Mapping[str, Any]) -> Any:
    try:
        return _read(text, rules)
    except Invalid as exc:
        raise Invalid(problem.below(f"payload.{name}") for problem in exc.problems) from None


def _read(text: str, rules: Mapping[str, Any]) -> Any:
    kinds = rules.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if text == "null" and "null" in kinds:
        return None
    if "array" in kinds:
        return _read_list(text, rules.get("items", {}))
    if "string" in kinds:
        return text
    if "boolean" in kinds and text.lower() in _YES_AND_NO:
        return _YES_AND_NO[text.lower()]
    return _json_or_text(text)


def _read_list(text: str, rules: Mapping[str, Any]) -> list[Any]:
    whole = _json_or_text(text)
    if isinstance(whole, list):
        return whole
    return [_read(part, rules) for part in _split(text, _options(rules))] if text else []


def _options(rules: Mapping[str, Any]) -> set[str]:
    """Returns the texts that a field's JSON Schema lists (enum, oneOf, examples), which may contain commas."""
    constants = (one.get("const") for one in rules.get("oneOf", []))
    named = [*rules.get("enum", []), *constants, *rules.get("examples", [])]
    return {one for one in named if isinstance(one, str)}


def _split(text: str, options: Collection[str]) -> list[str]:
    """Splits a list's text at its commas, except inside one of `options`; the longest option that matches is used."""
    pieces = text.split(",")
    parts: list[str] = []
    while pieces:
        size = next((n for n in range(len(pieces), 1, -1) if ",".join(pieces[:n]).strip() in options), 1)
        parts.append(",".join(pieces[:size]).strip())
        del pieces[:size]
    return parts


def _json_or_text(text: str) -> Any:
    """Returns the value of a JSON text, or the text itself if it is no JSON: validation then reports the wrong type.

    Raises Invalid for a JSON object that has a key twice.
    """
    try:
        return parse_json(text.encode("utf-8", "surrogatepass"))
    except Invalid as exc:
        if any(problem.code == "duplicate_key" for problem in exc.problems):
            raise
        return text


def _read_json(text: str) -> Any:
    raw = _read_file(text[1:]) if text.startswith("@") else text.encode("utf-8", "surrogatepass")
    if len(raw) > settings.BODY_LIMIT:
        detail = f"A payload has at most {settings.BODY_LIMIT:,} bytes."
        raise TooLarge(Problem("too_large", detail, "payload"))
    try:
        return parse_json(raw)
    except Invalid as exc:
        raise Invalid(problem.below("payload") for problem in exc.problems) from None


def _read_file(name: str) -> bytes:
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
            return file.read(settings.BODY_LIMIT + 1)
    except OSError as exc:
        raise click.UsageError(f"{name} cannot be read: {exc.strerror}.") from None
