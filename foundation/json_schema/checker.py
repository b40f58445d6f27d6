"""Checks JSON values against a JSON Schema, and reports each problem with the field's path and a sentence for users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from foundation.errors import Invalid, Problem
from foundation.json_schema import texts
from foundation.json_schema.conditions import is_required
from foundation.json_schema.formats import FORMATS
from foundation.json_schema.limits import dotted_path
from foundation.json_schema.numbers import Converter, integer_converter
from foundation.suggestions import MAX_GUESSES, suggestion

# Bounds the memory of a compiled pattern: one such as (a{999}){999} is refused when it is compiled.
_PATTERNS = RegexOptions(size_limit=1_000_000)
_OUR_NAMES = {"oneOf": "enum", "x-min": "minimum", "x-max": "maximum"}
_STRENGTH = ("not_used", "read_only", "enum")
MAX_CACHED_CHECKERS = 256
_checkers: dict[int, tuple[Mapping[str, Any], Checker, Converter]] = {}


def check_against(schema: Mapping[str, Any], value: Any, at: str = "") -> Any:
    """Returns the value, checked against a JSON Schema, with 3.0 changed to 3 where the schema says integer.

    Raises Invalid with every problem: `attr` is the dotted path of the bad value, and begins with `at`, the path of the
    whole value. The compiled schema is cached for this schema object, which must therefore not be changed.
    """
    cached = _checkers.get(id(schema))
    if cached is None or cached[0] is not schema:
        if len(_checkers) >= MAX_CACHED_CHECKERS:
            _checkers.clear()
        # The cache holds the schema too: otherwise a new schema could get the id of one that was freed.
        cached = _checkers[id(schema)] = (schema, Checker(schema), integer_converter(schema))
    problems = cached[1].problems(value, at)
    if problems:
        raise Invalid(problems)
    return cached[2](value, at)


class Checker:
    """Checks values against one JSON Schema of draft 2020-12, which is compiled once.

    Patterns match in linear time, and references to other documents are refused. If `rules` is given, it is compiled
    instead of `schema`: the same schema with stricter rules in some places. Sentences are always made from `schema`.
    `keywords` maps further keywords to the classes that implement them. Raises jsonschema_rs.ValidationError for a
    schema that is not valid.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        rules: Mapping[str, Any] | None = None,
        keywords: Mapping[str, Any] | None = None,
    ) -> None:
        self._schema = schema
        self._order = {name: place for place, name in enumerate(schema.get("properties", {}))}
        self._validator = Draft202012Validator(
            dict(schema if rules is None else rules),
            pattern_options=_PATTERNS,
            validate_formats=True,
            ignore_unknown_formats=False,
            offline=True,
            keywords=dict(keywords or {}),
        )

    def problems(self, value: Any, at: str = "") -> list[Problem]:
        """Returns every problem of the value, in the order of the schema's fields; `at` is the value's own path."""
        if self._validator.is_valid(value):
            return []
        errors = self._without_repetitions(list(self._validator.iter_errors(value)))
        found = [one for error in errors for one in self._describe(error, value, at)]
        return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]

    def _without_repetitions(self, errors: Sequence[ValidationError]) -> list[ValidationError]:
        """Returns the errors without those that say less than another error of the same value or of one around it.

        The errors "not used" and "read-only" replace all others, and "not among the options" replaces a wrong type.
        """
        strongest: dict[tuple[str | int, ...], str] = {}
        rules = [_rule_of(error, self._at(list(error.schema_path)[:-1])) for error in errors]
        for error, rule in zip(errors, rules, strict=True):
            if rule in _STRENGTH:
                path = tuple(error.instance_path)
                strongest[path] = min(strongest.get(path, rule), rule, key=_STRENGTH.index)
        return [
            error
            for error, rule in zip(errors, rules, strict=True)
            if _is_reported(tuple(error.instance_path), rule, strongest)
        ]

    def _describe(self, error: ValidationError, root: Any, at: str) -> Iterable[tuple[int, Problem]]:
        """Yields each problem that a validator's error stands for, with the position of its field in the schema."""
        path, parents = tuple(error.instance_path), list(error.schema_path)[:-1]
        rule = _rule_of(error, self._at(parents))
        if rule == "unknown_field":
            schema = self._at(parents)
            for number, name in enumerate(_unknown_names(error, root, schema)):
                detail = _unknown_field(name, schema, guess=number < MAX_GUESSES)
                yield self._with_order((*path, name), Problem(rule, detail, dotted_path(at, (*path, name))))
        elif rule == "required":
            name = error.kind.as_dict()["property"]
            label = _label(name, self._fields_at(parents).get(name, {}))
            yield self._with_order((*path, name), _required_problem(label, dotted_path(at, (*path, name))))
        elif rule == "not_used":
            fields, values = self._fields_at(parents[:-1]), _value_at(root, path[:-1])
            detail = texts.not_used(str(path[-1]), fields, values)
            yield self._with_order(path, Problem(rule, detail, dotted_path(at, path)))
        else:
            yield self._with_order(path, self._broken_rule(error, rule, root, dotted_path(at, path)))

    def _broken_rule(self, error: ValidationError, rule: str, root: Any, attr: str) -> Problem:
        path, schema_path = list(error.instance_path), list(error.schema_path)
        schema = self._at(schema_path[:-1])
        label = _label(next((one for one in reversed(path) if isinstance(one, str)), attr), schema)
        if error.instance is None and rule in ("type", "enum", "read_only"):
            if self._is_required(schema_path, _value_at(root, path[:-1])):
                return _required_problem(label, attr)
            rule = "type"
        return Problem(rule, texts.explain(rule, texts.Failure(label, schema, error.instance)), attr)

    def _is_required(self, schema_path: Sequence[str | int], siblings: Any) -> bool:
        """Returns whether the field at .../properties/<name>/<keyword> is required, given the values of its object."""
        if len(schema_path) < 3 or schema_path[-3] != "properties":
            return False
        return is_required(self._at(schema_path[:-3]), str(schema_path[-2]), siblings)

    def _fields_at(self, schema_path: Sequence[str | int]) -> Mapping[str, Any]:
        """Returns the fields of the object that a rule is for; a conditional rule is in the `allOf` of that object."""
        places = [place for place, step in enumerate(schema_path) if step == "allOf"]
        owner = schema_path[: places[-1]] if places else schema_path
        fields: Mapping[str, Any] = self._at(owner).get("properties", {})
        return fields

    def _at(self, schema_path: Sequence[str | int]) -> Mapping[str, Any]:
        found: Any = self._schema
        for step in schema_path:
            found = found[step]
        return found if isinstance(found, Mapping) else {}

    def _with_order(self, path: tuple[str | int, ...], problem: Problem) -> tuple[int, Problem]:
        return self._order.get(str(path[0]), len(self._order)) if path else -1, problem


def _rule_of(error: ValidationError, schema: Mapping[str, Any]) -> str:
    """Returns the problem's `code` for a validator's error; `schema` is the part of the schema with the broken rule."""
    path = list(error.schema_path)
    if path[-1:] == ["additionalProperties"]:
        return "unknown_field"  # an object without any field fails as falseSchema, but at the same place
    if error.kind.name == "falseSchema" and path[-2:-1] == ["properties"] and "allOf" in path:
        return "not_used"
    name = str(path[-1]) if error.kind.name == "custom" else error.kind.name
    if name == "pattern" and schema.get("format") in FORMATS:
        return "format"
    if name == "const" and schema.get("readOnly"):
        return "read_only"
    return _OUR_NAMES.get(name, name)


def _is_reported(
    path: tuple[str | int, ...], rule: str, strongest: Mapping[tuple[str | int, ...], str]
) -> bool:
    for length in range(len(path) + 1):
        reason = strongest.get(path[:length])
        here = length == len(path)
        if reason in ("not_used", "read_only") and not (here and rule == reason):
            return False
        if reason == "enum" and here and rule == "type":
            return False
    return True


def _value_at(root: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        root = root[step]
    return root


def _unknown_names(error: ValidationError, root: Any, schema: Mapping[str, Any]) -> list[str]:
    if error.kind.name == "additionalProperties":
        return list(error.kind.as_dict()["unexpected"])
    owner = _value_at(root, error.instance_path)  # a falseSchema error names only one of the values
    return [name for name in owner if name not in schema.get("properties", {})]


def _unknown_field(name: str, schema: Mapping[str, Any], *, guess: bool) -> str:
    fields = schema.get("properties", {})
    known = [
        field for field, rules in fields.items() if not (isinstance(rules, dict) and rules.get("readOnly"))
    ]
    return texts.unknown_field(name, suggestion(name, known, otherwise="The fields are") if guess else "")


def _label(name: str, schema: Mapping[str, Any]) -> str:
    return str(schema.get("title") or texts.label_from(name))


def _required_problem(label: str, attr: str) -> Problem:
    return Problem("required", texts.describe_required(label), attr)
