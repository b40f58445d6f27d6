"""(v) judging a payload of 20 fields, all types, at the door: under 50 microseconds warm.

Beside it what the validator below takes alone, jsonschema-rs on the same compiled schema: the rest is defaults, limits
and whole numbers. Unit: microseconds of CPU. No server is asked.
"""

from __future__ import annotations

from time import process_time
from timeit import Timer
from typing import Any

from jsonschema_rs import Draft202012Validator

from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row
from templates_app.payload_schema import compile_payload_schema, complete_payload

MICROSECONDS_AT_MOST = 50.0
ROUNDS = 1_000
SCHEMA: dict[str, Any] = {
    "user_id": {"type": "uint", "required": True},
    "copies": {"type": "uint", "range": [1, 100]},
    "offset": {"type": "int", "minValue": -10},
    "ratio": {"type": "float", "range": [0, 1]},
    "step": {"type": "int", "step": 5},
    "code": {"type": "string", "pattern": "^[A-Z]{3}$", "required": True},
    "name": {"type": "string", "minLength": 1, "maxLength": 80},
    "note": {"type": "text", "maxLength": 2000, "nullable": True},
    "urgent": {"type": "bool"},
    "mode": {"type": "options", "options": ["s3", "local"], "required": True},
    "bucket": {"type": "string", "required": True, "showIf": {"field": "mode", "equals": "s3"}},
    "tags": {"type": "options", "options": ["new", "old", "odd"], "multiple": True},
    "day": {"type": "date"},
    "since": {"type": "datetime", "nullable": True},
    "patience": {"type": "duration"},
    "owner": {"type": "email", "requiredIf": {"field": "urgent", "equals": True}},
    "callback": {"type": "url"},
    "extra": {"type": "json"},
    "size": {"type": "options", "options": [1, 2, 4, 8]},
    "format": {"type": "options", "options": [{"value": "jpg", "label": "JPEG"}, "png"]},
}
DEFAULTS = {"copies": 3, "format": "jpg", "patience": "PT1H"}
PAYLOAD: dict[str, Any] = {
    "user_id": 4711,
    "offset": -3,
    "ratio": 0.25,
    "step": 15,
    "code": "BER",
    "name": "An ordinary name",
    "note": None,
    "urgent": True,
    "mode": "s3",
    "bucket": "backups",
    "tags": ["new", "odd"],
    "day": "2026-01-31",
    "since": "2026-01-31T09:30:00+01:00",
    "owner": "ana@example.org",
    "callback": "https://example.org/done?id=5",
    "extra": {"any": ["thing", 1, None]},
    "size": 4,
}


def measure(_ready: Stage, scale: Scale, /) -> list[Row]:
    compiled = compile_payload_schema(SCHEMA, DEFAULTS)
    complete = complete_payload(compiled, PAYLOAD, job_type="measured")
    assert len(complete) == len(SCHEMA)
    alone = Draft202012Validator(compiled.json_schema)
    ours = Timer(lambda: complete_payload(compiled, PAYLOAD, job_type="measured"), timer=process_time)
    reference = Timer(lambda: alone.is_valid(complete), timer=process_time)
    pairs = [(_microseconds(ours), _microseconds(reference)) for _ in range(scale.repeats)]
    mine, its = [one for one, _ in pairs], [other for _, other in pairs]
    return [
        Row("v", "a payload of 20 fields judged", "us", mine, at_most=MICROSECONDS_AT_MOST),
        Row("v", "  beside the validator alone", "us", mine, "jsonschema-rs", its),
    ]


def _microseconds(timer: Timer) -> float:
    """The best of some rounds: whatever else the machine does only adds to it."""
    return min(timer.repeat(repeat=7, number=ROUNDS)) / ROUNDS * 1e6
