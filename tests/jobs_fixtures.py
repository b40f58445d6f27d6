"""Fixtures of the tests of jobs; the conftest of each folder that needs them imports them."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from handlers import registry
from jobs import queries as job_queries
from jobs.models import Relay
from jobs.services import execute
from templates_app import queries

PACKAGE = "trial_handlers"


@pytest.fixture(autouse=True)
def _nothing_remembered_from_other_tests() -> None:
    """Tables are emptied between tests, so what the process remembers of them must go as well."""
    queries._remembered_spec.cache_clear()
    queries._recalled.clear()
    job_queries.forget_facts()


@pytest.fixture
def relay_row(transactional_db: None) -> None:
    """A migration put this row there; emptying the tables takes it away."""
    Relay.objects.get_or_create(pk=1)


@pytest.fixture
def write_handler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Writes `trial_handlers/<job type>.py` with functions of these lines, and has the registry find it."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(execute, "_known_types", [])

    def write(job_type: str, body: str, *, validate: str = "") -> None:
        code = "from handlers.context import InvalidPayload, JobFailed, JobTerminated\n"
        for signature, lines in ((f"{job_type}(data, job)", body), ("validate(data)", validate)):
            if lines:
                code += f"\n\ndef {signature}:\n{textwrap.indent(textwrap.dedent(lines).strip(), '    ')}\n"
        (folder / f"{job_type}.py").write_text(code)

    registry.configure([PACKAGE], reload=True)
    yield write
    registry.configure([], reload=False)
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def together(*work: Callable[[], object]) -> None:
    """Do all of this at the same time, each in a thread of its own; an error in any is raised here."""

    def do(one: Callable[[], object]) -> None:
        try:
            one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as threads:
        for done in [threads.submit(do, one) for one in work]:
            done.result()
