"""Bodies as a route's document describes them, with a value here and there that is another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from tests.api.routes import SOMEWHERE

Place = tuple[Any, ...]
texts = st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
odd_numbers = st.sampled_from(
    [3.0, 0.0, -0.0, -1, 1.5, 1e-300, 1e308, float("inf"), 2.0**53, 2.0**53 + 2, 2**63, 10**30, 10**400]
)
odd = st.floats(allow_nan=False) | st.booleans() | odd_numbers | values
known = st.sampled_from(["otp_send_job", "forgot_password_job", "admin-person", "* * * * *", "@daily", "UTC"])
ids = st.sampled_from([SOMEWHERE["job_id"], SOMEWHERE["series_id"], "x"])
times = st.sampled_from(
    ["2001-01-31T12:00:00Z", "2035-01-31T12:00:00+01:00", "9999-12-31T23:59:59Z", "2035-01-31"]
)


@st.composite
def bodies(draw: st.DrawFn, schema: Mapping[str, Any], *, most_odd: int = 2) -> Any:
    """One that the schema takes, mostly, and up to so many values in it replaced."""
    body = draw(st.one_of(shaped(schema), *map(st.just, schema.get("examples", ()))))
    for _ in range(draw(st.integers(0, most_odd))):
        body = replaced(body, draw(st.sampled_from(list(places(body)))), draw(odd))
    return body


def written(body: Any) -> bytes:
    """What is too large for a float is written as JSON can, and read as infinite."""
    return json.dumps(body).replace("Infinity", "1e999").encode()


def shaped(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "oneOf" in schema:
        return st.one_of(*map(shaped, schema["oneOf"]))
    kinds = schema.get("type")
    if kinds is None:
        return values
    return st.one_of(*(_of_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)))


def _of_kind(kind: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    least, most = schema.get("minimum", -(2**31)), schema.get("maximum", 2**31)
    match kind:
        case "object" if properties := schema.get("properties"):
            needed = schema.get("required", ())
            fields = {name: shaped(field) for name, field in properties.items()}
            return st.fixed_dictionaries(
                {name: field for name, field in fields.items() if name in needed},
                optional={name: field for name, field in fields.items() if name not in needed},
            )
        case "object":
            return st.dictionaries(texts, values, max_size=3)
        case "array":
            return st.lists(shaped(schema.get("items", {})), max_size=3)
        case "integer":
            return st.integers(least, most) | st.integers(least, most).map(float)
        case "number":
            return st.floats(least, most)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return {"uuid": ids, "date-time": times}.get(schema.get("format", ""), known | texts)


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield from places(item, (*at, step))


def replaced(value: Any, place: Place, other: Any) -> Any:
    if not place:
        return other
    step, *further = place
    changed = value.copy()
    changed[step] = replaced(value[step], tuple(further), other)
    return changed


def value_at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value
