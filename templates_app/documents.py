"""The file format: one template document judged whole and turned into a TemplateSpec, or a file of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.errors import Invalid, Problem
from foundation.json_schema.limits import refuse_unstorable
from foundation.json_schema.reading import ObjectReader
from foundation.json_schema.texts import label_from
from handlers import registry
from templates_app.payload_schema import Compiled, compile_payload_schema
from templates_app.timing import TEN_YEARS, Timing, read_timing

REQUIRED_KEYS = ("type", "startInSeconds", "userTriggered", "rescheduleAfterTermination", "payload_schema")
OPTIONAL_KEYS = (
    "payload",
    "label",
    "description",
    "queue",
    "priority",
    "maxAttempts",
    "retryBackoffSeconds",
    "maxLost",
    "timeoutSeconds",
    "freshProcess",
    "maxConcurrent",
    "maxRuns",
    "pauseAfterFailures",
    "crontab",
    "timeZone",
    "onMissed",
    "enabled",
    "payload_ui",
)
ON_MISSED = ("skip", "run_once")
RESERVED_TYPES = registry.RESERVED | registry.ADDRESSES
MAX_INT32 = 2**31 - 1
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_QUEUE = re.compile(r"[A-Za-z0-9_.-]{1,63}")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TemplateSpec:
    """A template document with every key read; `document` is what its author wrote, untouched."""

    type: str
    start_in_seconds: int
    user_triggered: bool
    reschedule_after_termination: bool
    label: str
    description: str
    queue: str
    priority: int
    max_attempts: int
    retry_backoff_seconds: int
    max_lost: int
    timeout_seconds: int | None
    fresh_process: bool
    max_concurrent: int | None
    max_runs: int | None
    pause_after_failures: int | None
    crontab: str | None
    time_zone: str
    on_missed: str
    enabled: bool
    document: Mapping[str, Any]
    compiled: Compiled
    sealed: str | None = None  # the default values of its secret fields

    @property
    def makes_series(self) -> bool:
        """Each job that a user makes begins a series of its own."""
        return self.user_triggered and self.reschedule_after_termination and self.max_runs is not None

    @property
    def is_endless_user_job(self) -> bool:
        """Anyone who creates one would start a job that repeats for ever."""
        return self.user_triggered and self.reschedule_after_termination and self.max_runs is None

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What its author should know. Judged anew each time: a handler may come or go."""
        found = list(self.compiled.warnings)
        if self.is_endless_user_job:
            found.append(_endless())
        if self.handler_problem is not None:
            found.append(_no_handler(self.type, self.handler_problem))
        return tuple(found)

    @property
    def handler_problem(self) -> Problem | None:
        """Why no job of it can run: there is no handler, or it cannot be imported or called."""
        broken = registry.problem(self.type)
        return None if broken is None else broken.problems[0]


def _endless() -> Problem:
    detail = "A job of this template would repeat for ever; none can be created until it is bounded."
    remedy = "Add maxRuns, or set rescheduleAfterTermination or userTriggered to false."
    return Problem("ENDLESS_USER_JOB", detail, "rescheduleAfterTermination", True, remedy)


def _no_handler(job_type: str, problem: Problem) -> Problem:
    if problem.code == "HANDLER_NOT_FOUND":
        detail = "There is no handler for this template; its jobs are refused."
        remedy = f"Add handlers/{job_type}.py with a function {job_type}."
    else:
        detail = f"The handler cannot run; its jobs are refused. {problem.detail}"
        remedy = "Correct the handler; its jobs are accepted then."
    return Problem(problem.code, detail, "type", job_type, remedy)


def parse_file(data: object) -> list[TemplateSpec]:
    """The templates of a file, in its order: one object, job type -> template.

    Raises Invalid with every problem of every entry; each attr begins with the entry's job type.
    """
    if not isinstance(data, dict):
        remedy = 'Write it like {"my_job": {"type": "my_job", ...}}.'
        detail = "The file must be one JSON object: job type -> template."
        raise Invalid(Problem("type", detail, None, data, remedy))
    specs: list[TemplateSpec] = []
    problems: list[Problem] = []
    for job_type, document in data.items():
        try:
            specs.append(parse_document(document, job_type=job_type))
        except Invalid as exc:
            problems += [problem.below(job_type) for problem in exc.problems]
    if problems:
        raise Invalid(problems)
    return specs


def parse_document(document: object, *, job_type: str | None = None, is_stored: bool = False) -> TemplateSpec:
    """One template. `job_type`, where the place says it (a file's key, an address), must be its type.

    `is_stored`: it was judged when it came, and what an older release let pass is taken as it took it.

    Raises Invalid with every problem, each with value and remedy; attrs are relative to the document.
    """
    if not isinstance(document, dict):
        remedy = 'Write it like {"type": "my_job", ...}.'
        raise Invalid(Problem("type", "A template must be a JSON object.", None, document, remedy))
    refuse_unstorable(document, "")
    problems: list[Problem] = []
    source = {**document, "crontab": None} if is_stored and document.get("crontab") == "" else document
    reader = ObjectReader(source, problems)
    reader.require(REQUIRED_KEYS)
    reader.refuse_unknown((*REQUIRED_KEYS, *OPTIONAL_KEYS), "a template")
    values = _read_rules(reader)
    name = _read_type(reader, job_type, reserved=frozenset() if is_stored else RESERVED_TYPES)
    label = reader.read_display_text("label") or label_from(name)
    compiled = _compile(reader, problems)
    if problems or compiled is None:
        raise Invalid(problems)
    return TemplateSpec(type=name, label=label, document=document, compiled=compiled, **values)


def is_valid_type(name: str) -> bool:
    return _TYPE.fullmatch(name) is not None


def _read_type(reader: ObjectReader, job_type: str | None, *, reserved: frozenset[str]) -> str:
    name = reader.read_text("type")
    if not reader.has("type") or not isinstance(reader.source["type"], str):
        return name
    if not is_valid_type(name):
        detail = "A type is lower-case letters, digits and underscores, begins with a letter, 63 at most."
        reader.refuse("type", "pattern", detail, "Write it like otp_send_job.")
    elif name in reserved:
        what = "an address" if name in registry.ADDRESSES else "a module"
        reader.refuse("type", "reserved", f"{name} is the name of {what} of ours.", "Name it otherwise.")
    if job_type is not None and name != job_type:
        detail = f"The type is {name}, but it stands under {job_type}."
        reader.refuse("type", "const", detail, f"Write {job_type}, or move it under {name}.")
    return name


def _read_rules(reader: ObjectReader) -> dict[str, Any]:
    recurring = reader.read_flag("rescheduleAfterTermination")
    timing: Timing = read_timing(reader, recurring=recurring)
    return {
        "start_in_seconds": timing.start_in_seconds,
        "crontab": timing.crontab,
        "time_zone": timing.time_zone,
        "reschedule_after_termination": recurring,
        "user_triggered": reader.read_flag("userTriggered"),
        "enabled": reader.read_flag("enabled", default=True),
        "description": reader.read_display_text("description", max_length=4000),
        "queue": _read_queue(reader),
        "on_missed": reader.read_choice("onMissed", ON_MISSED, default="skip"),
        "priority": _whole(reader, "priority", 0, at_most=9),
        "max_attempts": _whole(reader, "maxAttempts", 1, at_least=1, at_most=1000),
        "retry_backoff_seconds": _whole(reader, "retryBackoffSeconds", 10, at_most=TEN_YEARS),
        "max_lost": _whole(reader, "maxLost", 3, at_most=1000),
        "timeout_seconds": reader.read_integer("timeoutSeconds", at_least=1, at_most=TEN_YEARS),
        "fresh_process": reader.read_flag("freshProcess", default=False),
        "max_concurrent": reader.read_integer("maxConcurrent", at_least=1, at_most=MAX_INT32),
        "max_runs": reader.read_integer("maxRuns", at_least=1, at_most=MAX_INT32),
        "pause_after_failures": reader.read_integer("pauseAfterFailures", at_least=1, at_most=MAX_INT32),
    }


def _whole(reader: ObjectReader, key: str, default: int, *, at_least: int = 0, at_most: int) -> int:
    number = reader.read_integer(key, at_least=at_least, at_most=at_most)
    return default if number is None else number


def _read_queue(reader: ObjectReader) -> str:
    rule = "1 to 63 letters, digits, dots, dashes or underscores"
    return reader.read_matching("queue", _QUEUE, default="default", rule=rule)


def _compile(reader: ObjectReader, problems: list[Problem]) -> Compiled | None:
    parts: dict[str, dict[str, Any]] = {}
    for key in ("payload_schema", "payload", "payload_ui"):
        value = reader.source.get(key)
        if isinstance(value, dict):
            parts[key] = value
        elif value is not None:
            reader.refuse(key, "type", f"{key} must be an object.", "Write it like {}.")
    try:
        return compile_payload_schema(
            parts.get("payload_schema", {}), parts.get("payload", {}), parts.get("payload_ui")
        )
    except Invalid as exc:
        if "payload_schema" in parts:
            problems += exc.problems
        return None
