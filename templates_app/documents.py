"""Parses the JSON documents that define job templates, one of them or a file of many, to TemplateSpecs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from foundation.errors import Invalid, Problem
from foundation.json_schema.limits import refuse_unstorable
from foundation.json_schema.reading import ObjectReader
from foundation.json_schema.texts import label_from
from handlers import registry
from templates_app.payload_schema import MARKER, Compiled, compile_payload_schema
from templates_app.payload_schema.secrets import Path, value_at
from templates_app.payload_schema.urls import has_open_url
from templates_app.timing import TEN_YEARS, read_timing

REQUIRED_KEYS = ("type", "startInSeconds", "userTriggered", "rescheduleAfterTermination", "payload_schema")
ON_MISSED = ("skip", "run_once")
ACCESS = ("open", "restricted")
RESERVED_TYPES = registry.RESERVED_MODULES | registry.RESERVED_ROUTES
MAX_INT32 = 2**31 - 1
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_QUEUE = re.compile(r"[A-Za-z0-9_.-]{1,63}")


def _integer(default: int | None, *, at_least: int = 0, at_most: int = MAX_INT32) -> Any:
    def read(reader: ObjectReader, key: str) -> int | None:
        number = reader.read_integer(key, at_least=at_least, at_most=at_most)
        return default if number is None else number

    return read


def _read_queue(reader: ObjectReader, key: str) -> str:
    rule = "1 to 63 letters, digits, dots, dashes or underscores"
    return reader.read_matching(key, _QUEUE, default="default", rule=rule)


def _key(name: str, read: Callable[[ObjectReader, str], Any]) -> Any:
    """Declares a TemplateSpec attribute for the document's optional key `name`; `read` reads and checks the key."""
    return field(metadata={"key": name, "read": read})


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TemplateSpec:
    """Holds a parsed template document: an attribute for each key, and in `document` the author's JSON unchanged."""

    type: str
    label: str
    user_triggered: bool
    reschedule_after_termination: bool
    start_in_seconds: int
    crontab: str | None
    time_zone: str
    enabled: bool = _key("enabled", lambda reader, key: reader.read_flag(key, default=True))
    description: str = _key("description", lambda reader, key: reader.read_display_text(key, max_length=4000))
    access: str = _key("access", lambda reader, key: reader.read_choice(key, ACCESS, default="open"))
    queue: str = _key("queue", _read_queue)
    on_missed: str = _key("onMissed", lambda reader, key: reader.read_choice(key, ON_MISSED, default="skip"))
    priority: int = _key("priority", _integer(0, at_most=9))
    max_attempts: int = _key("maxAttempts", _integer(1, at_least=1, at_most=1000))
    retry_backoff_seconds: int = _key("retryBackoffSeconds", _integer(10, at_most=TEN_YEARS))
    max_lost: int = _key("maxLost", _integer(3, at_most=1000))
    timeout_seconds: int | None = _key("timeoutSeconds", _integer(None, at_least=1, at_most=TEN_YEARS))
    fresh_process: bool = _key("freshProcess", ObjectReader.read_flag)
    max_concurrent: int | None = _key("maxConcurrent", _integer(None, at_least=1))
    max_runs: int | None = _key("maxRuns", _integer(None, at_least=1))
    pause_after_failures: int | None = _key("pauseAfterFailures", _integer(None, at_least=1))
    document: Mapping[str, Any]
    compiled: Compiled
    sealed: str | None = None  # the default values of its secret fields, encrypted

    @property
    def is_restricted(self) -> bool:
        """Returns whether only admins and users with a grant have any right on this job type."""
        return self.access == "restricted"

    @property
    def is_limited(self) -> bool:
        """Returns whether the template limits how many of its jobs run at the same time (maxConcurrent)."""
        return self.max_concurrent is not None

    @property
    def makes_series(self) -> bool:
        """Returns whether each job that a user creates from this template starts a recurring series of its own."""
        return self.user_triggered and self.reschedule_after_termination and self.max_runs is not None

    @property
    def is_endless_user_job(self) -> bool:
        """Returns whether a job that a user creates would repeat forever; creating such a job is refused."""
        return self.user_triggered and self.reschedule_after_termination and self.max_runs is None

    @property
    def unbound_defaults(self) -> list[Path]:
        """Returns the paths of secret fields with a default that is neither bound to hosts nor read-only."""
        payload = self.document.get("payload")
        fields = self.compiled.secret_fields.items()
        return [path for path, one in fields if not one.is_bound and value_at(payload, path) is not None]

    @property
    def _defaults_for_open_addresses(self) -> list[Path]:
        """Returns the paths of read-only secrets without hosts, if whoever runs a job chooses an address in it."""
        if not has_open_url(self.compiled.json_schema):
            return []
        fields = self.compiled.secret_fields.items()
        return [path for path, one in fields if one.is_read_only and not one.hosts and one.shared is None]

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Returns warnings for the template's author, such as a missing job handler; computed at each access."""
        found = list(self.compiled.warnings)
        if self.is_endless_user_job:
            found.append(_endless_warning())
        if self.user_triggered:
            found += [_unbound_warning(path) for path in self.unbound_defaults]
            found += [_open_address_warning(path) for path in self._defaults_for_open_addresses]
        if self.handler_problem is not None:
            found.append(_handler_warning(self.type, self.handler_problem))
        return tuple(found)

    @property
    def handler_problem(self) -> Problem | None:
        """Returns why the job handler cannot run (missing, or cannot be imported or called); None if it can."""
        broken = registry.problem(self.type)
        return None if broken is None else broken.problems[0]


_KEYED = {one.name: one.metadata for one in fields(TemplateSpec) if one.metadata}
OPTIONAL_KEYS = (
    *("payload", "label", "crontab", "timeZone", "payload_ui"),
    *(str(one["key"]) for one in _KEYED.values()),
)


def _endless_warning() -> Problem:
    detail = "A job of this template would repeat for ever; none can be created until it is bounded."
    remedy = "Add maxRuns, or set rescheduleAfterTermination or userTriggered to false."
    return Problem("ENDLESS_USER_JOB", detail, "rescheduleAfterTermination", True, remedy)


def _unbound_warning(path: Path) -> Problem:
    name = ".".join(path)
    detail = f"The default of {name} could be sent to any address: it is used only in jobs of those who may edit this."
    remedy = "Add hosts to the field, to which it may go, or readOnly; or remove the default."
    return Problem("DEFAULT_SECRET_UNBOUND", detail, f"payload.{name}", MARKER, remedy)


def _open_address_warning(path: Path) -> Problem:
    name = ".".join(path)
    detail = f"{name} is read-only, but whoever runs a job chooses to which address its default is sent."
    remedy = "Add hosts to the field, or make the address read-only, too."
    return Problem("DEFAULT_SECRET_UNBOUND", detail, f"payload.{name}", MARKER, remedy)


def _handler_warning(job_type: str, problem: Problem) -> Problem:
    if problem.code == "HANDLER_NOT_FOUND":
        detail = "There is no handler for this template; its jobs are refused."
        remedy = f"Add handlers/{job_type}.py with a function {job_type}."
    else:
        detail = f"The handler cannot run; its jobs are refused. {problem.detail}"
        remedy = "Correct the handler; its jobs are accepted then."
    return Problem(problem.code, detail, "type", job_type, remedy)


def parse_file(data: object) -> list[TemplateSpec]:
    """Returns the templates of a file, which is one JSON object (job type -> document), in the file's order.

    Raises Invalid with every problem of every document; each problem's `attr` begins with the document's job type.
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
    """Checks one template document and returns it parsed.

    `job_type` is the type that the document must have, if a file's key or the URL names it. `is_stored` is for stored
    documents, which may be older than the rules on reserved types and empty crontabs: these rules are not applied.

    Raises Invalid with every problem, each with value and remedy; a problem's `attr` is the path in the document.
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
    values = _read_values(reader)
    name = _read_type(reader, job_type, reserved=frozenset() if is_stored else RESERVED_TYPES)
    label = reader.read_display_text("label") or label_from(name)
    compiled = _compile(reader, problems)
    if problems or compiled is None:
        raise Invalid(problems)
    return TemplateSpec(type=name, label=label, document=document, compiled=compiled, **values)


def is_valid_type(name: str) -> bool:
    """Returns whether the name can be a job type: a lower-case letter, then up to 62 letters, digits or _."""
    return _TYPE.fullmatch(name) is not None


def _read_type(reader: ObjectReader, job_type: str | None, *, reserved: frozenset[str]) -> str:
    name = reader.read_text("type")
    if not reader.has("type") or not isinstance(reader.source["type"], str):
        return name
    if not is_valid_type(name):
        detail = "A type is lower-case letters, digits and underscores, begins with a letter, 63 at most."
        reader.refuse("type", "pattern", detail, "Write it like otp_send_job.")
    elif name in reserved:
        what = "an address" if name in registry.RESERVED_ROUTES else "a module"
        reader.refuse("type", "reserved", f"{name} is the name of {what} of ours.", "Name it otherwise.")
    if job_type is not None and name != job_type:
        detail = f"The type is {name}, but it stands under {job_type}."
        reader.refuse("type", "const", detail, f"Write {job_type}, or move it under {name}.")
    return name


def _read_values(reader: ObjectReader) -> dict[str, Any]:
    recurring = reader.read_flag("rescheduleAfterTermination")
    timing = read_timing(reader, recurring=recurring)
    return {
        "reschedule_after_termination": recurring,
        "start_in_seconds": timing.start_in_seconds,
        "crontab": timing.crontab,
        "time_zone": timing.time_zone,
        "user_triggered": reader.read_flag("userTriggered"),
        **{name: key["read"](reader, key["key"]) for name, key in _KEYED.items()},
    }


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
