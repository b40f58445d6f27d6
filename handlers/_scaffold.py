"""Writes the module, template and test of a new job handler, which run as they are and are meant to be changed."""

from __future__ import annotations

import keyword
from pathlib import Path
from string import Template

from foundation.errors import Conflict, Invalid, Problem
from handlers import registry

_HANDLER = Template('''\
"""What it does, in one sentence."""

from __future__ import annotations

from typing import Any

from handlers.context import InvalidPayload, Job


def validate(data: dict[str, Any]) -> None:
    """Checks rules between fields before a job is made; those of a single field are in the template."""
    if data["last"] < data["first"]:
        raise InvalidPayload("last", "Must not be below First")


def $name(data: dict[str, Any], job: Job) -> dict[str, Any]:
    numbers = range(data["first"], data["last"] + 1)
    for done, number in enumerate(numbers, start=1):
        job.checkpoint()  # a stop takes effect here
        job.log("number %d", number)
        job.progress(100 * done / len(numbers), f"{done} of {len(numbers)}")
    return {"done": len(numbers)}
''')

_TEMPLATE = Template("""\
{
    "$name": {
        "type": "$name",
        "label": "$label",
        "description": "What it does, in one sentence.",
        "startInSeconds": 0,
        "userTriggered": true,
        "rescheduleAfterTermination": false,
        "payload_schema": {
            "first": {"type": "uint", "maxValue": 1000, "required": true},
            "last": {"type": "uint", "maxValue": 1000, "required": true, "help": "Not below First."}
        },
        "payload": {"first": 1, "last": 3}
    }
}
""")

_TEST = Template('''\
"""$label: what it does, that it stops when asked, and what it refuses."""

import pytest

from handlers.context import InvalidPayload
from handlers.testing import run


def test_it_goes_through_all_numbers():
    outcome = run("$name", {"first": 5, "last": 8})
    assert outcome.result == {"done": 4}
    assert outcome.progress[-1] == (100, "4 of 4")
    assert outcome.log[0] == ("info", "number 5")


def test_its_defaults_are_a_job():
    assert run("$name", {}).result == {"done": 3}


def test_it_stops_at_the_next_checkpoint():
    outcome = run("$name", {}, stop_after=2)
    assert outcome.terminated
    assert len(outcome.log) == 2


def test_it_refuses_a_range_that_goes_backwards():
    with pytest.raises(InvalidPayload, match="last"):
        run("$name", {"first": 8, "last": 5})
''')


def write_scaffold(name: str, *, root: Path) -> list[Path]:
    """Writes the module, template and test of a new job handler below `root`, and returns the paths of these files.

    Raises Invalid if no job type may have the name, Conflict if the handler or a file exists; then writes nothing.
    """
    _check_name(name)
    words = {"name": name, "label": name.replace("_", " ").capitalize()}
    contents = {
        root / "handlers" / f"{name}.py": _HANDLER,
        root / "handlers" / f"{name}.json": _TEMPLATE,
        root / "tests" / "unit" / f"test_{name}.py": _TEST,
    }
    taken = [str(file.relative_to(root)) for file in contents if file.exists()]
    if (root / "handlers" / name).exists():
        taken.append(f"handlers/{name}")
    if taken:
        detail = f"There is {' and '.join(taken)} already: choose another name, or remove what is there."
        raise Conflict(Problem("already_exists", detail, "name"))
    for file, content in contents.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content.substitute(words), encoding="utf-8")
    return list(contents)


def _check_name(name: str) -> None:
    if name in registry.RESERVED_MODULES:
        raise Invalid(
            Problem("reserved", f"{name} is the name of a module of ours: name it otherwise.", "name")
        )
    if name in registry.RESERVED_ROUTES:
        detail = f"{name} is the name of an address of ours: name it otherwise."
        raise Invalid(Problem("reserved", detail, "name"))
    if keyword.iskeyword(name) or name == "validate":
        detail = f"{name} means something else in a handler's module: name it otherwise."
        raise Invalid(Problem("reserved", detail, "name"))
    if not registry.may_be_job_type(name):
        rule = (
            "lower-case letters, digits and underscores, begins with a letter, and has 63 characters at most"
        )
        raise Invalid(
            Problem(
                "pattern", f"{name!r} is no name for a job type: it is {rule}, like resize_images.", "name"
            )
        )
    if (other := registry.find(name)) is not None:
        raise Conflict(Problem("already_exists", f"There is a handler {name} already: {other.file}.", "name"))
