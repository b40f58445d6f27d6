"""Hypothesis strategies that generate payload_schemas with every type and key of the language."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Spec = dict[str, Any]
NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon"])
_BOUNDS = st.integers(-50, 50)
_SIZES = st.integers(0, 20)
_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
_DAYS = st.dates().map(str)
_HOURS = st.integers(0, 23).map(lambda hour: f"{hour:02}:30:00Z")


def _some(spec: Spec, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Spec]:
    """Generates the spec with any subset of the optional keys."""
    return st.fixed_dictionaries(
        {key: st.just(value) for key, value in spec.items()},
        optional=keys,
    )


def _ordered(strategy: st.SearchStrategy[Any], low: str, high: str) -> st.SearchStrategy[Spec]:
    return st.tuples(strategy, strategy).map(lambda pair: {low: min(pair), high: max(pair)})


def _with(base: st.SearchStrategy[Spec], more: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    return st.builds(lambda one, other: {**one, **other}, base, st.just({}) | more)


_number = st.one_of(
    _with(_some({"type": "int"}, step=st.integers(1, 9)), _ordered(_BOUNDS, "minValue", "maxValue")),
    _with(_some({"type": "uint"}), st.tuples(_SIZES, _SIZES).map(lambda pair: {"range": sorted(pair)})),
    _with(_some({"type": "float"}, step=st.just(0.5)), _ordered(_BOUNDS, "minValue", "maxValue")),
)
_textual = st.one_of(
    _with(
        _some({"type": "string"}, pattern=st.sampled_from(["^[a-z]+$", "^(a+)+$"]), patternMessage=_WORDS),
        _ordered(_SIZES, "minLength", "maxLength"),
    ),
    _with(
        st.sampled_from([{"type": "text"}, {"type": "secret"}]), _ordered(_SIZES, "minLength", "maxLength")
    ),
)
_choice = st.builds(
    lambda values, keys: {"type": "options", "options": values, **keys},
    st.lists(_WORDS, min_size=1, max_size=4, unique=True)
    | st.lists(st.integers(), min_size=1, max_size=4, unique=True).map(
        lambda numbers: [{"value": number, "label": f"No. {number}"} for number in numbers]
    ),
    st.sampled_from([{}, {"multiple": True}, {"multiple": True, "maxItems": 1}, {"widget": "combobox"}]),
)
_open_choice = st.builds(
    lambda values, multiple: {
        "type": "options",
        "allowOther": True,
        "multiple": multiple,
        "options": [values[0], {"value": f"{values[0]} labelled", "label": "One"}, *values[1:]],
    },
    st.lists(_WORDS.filter(lambda word: "labelled" not in word), min_size=1, max_size=3, unique=True),
    st.booleans(),
)
_dated = st.one_of(
    _with(st.just({"type": "date"}), _ordered(_DAYS, "min", "max")),
    _with(st.just({"type": "time"}), _ordered(_HOURS, "min", "max")),
    _with(st.just({"type": "datetime"}), _DAYS.map(lambda day: {"min": f"{day}T00:00:00+01:00"})),
    _with(st.just({"type": "duration"}), st.just({"max": "P1D"})),
)
_plain = st.sampled_from([{"type": kind} for kind in ("bool", "email", "url", "json")])
LEAVES: st.SearchStrategy[Spec] = st.one_of(_number, _textual, _choice, _open_choice, _dated, _plain)
_ABOUT = st.fixed_dictionaries(
    {},
    optional={
        "label": _WORDS,
        "help": _WORDS,
        "placeholder": _WORDS,
        "unit": _WORDS,
        "group": st.sampled_from(["One", "Two"]),
        "required": st.booleans(),
        "nullable": st.booleans(),
        "hidden": st.booleans(),
        "deprecated": st.booleans(),
    },
)
_ITEM_KEYS = ("label", "help", "placeholder", "unit", "nullable")


def _as_item(spec: Spec, about: Spec) -> Spec:
    return {**spec, **{key: value for key, value in about.items() if key in _ITEM_KEYS}}


def _nest(inner: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    items = st.builds(_as_item, inner.filter(lambda spec: "secret" not in str(spec)), _ABOUT)
    return st.one_of(
        st.builds(lambda fields: {"type": "object", "fields": fields}, _fields(inner)),
        st.builds(
            lambda item, sizes: {"type": "array", "items": item, **sizes},
            items,
            _ordered(st.integers(1, 9), "minItems", "maxItems"),
        ),
    )


def _conditional(fields: dict[str, Spec | None], asked: list[tuple[str, Spec]]) -> dict[str, Spec | None]:
    """Adds conditions to the later fields. Each depends on the first field, so there is no cycle."""
    first, *others = fields
    kept = dict(fields)
    for name, (key, condition) in zip(others, asked, strict=False):
        spec = kept[name]
        if spec is not None and key:
            kept[name] = {**spec, key: {**condition, **({"field": first} if "isSet" in condition else {})}}
            if "not" in condition:
                kept[name] = {**spec, key: {"not": {"any": [{"field": first, "isSet": True}]}}}
    return kept


def _fields(specs: st.SearchStrategy[Spec]) -> st.SearchStrategy[dict[str, Spec | None]]:
    described = st.builds(lambda spec, about: {**about, **spec}, specs, _ABOUT)
    fields = st.dictionaries(NAMES, st.none() | described, min_size=1, max_size=4)
    asked = st.tuples(
        st.sampled_from(["", "showIf", "requiredIf"]),
        st.sampled_from([{"isSet": True}, {"isSet": False}, {"not": {}}]),
    )
    return st.builds(_conditional, fields, st.lists(asked, max_size=3))


PAYLOAD_SCHEMAS: st.SearchStrategy[dict[str, Spec | None]] = _fields(
    st.recursive(LEAVES, _nest, max_leaves=5)
)
