"""Fixtures of the tests of jobs; the conftest of each folder that needs them imports them."""

from __future__ import annotations

import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections

from foundation.connections import POOL
from foundation.database_limits import lift_limits
from handlers import registry
from jobs.models import LiveJob
from jobs.read import queries as job_queries
from jobs.running.patches import originals
from jobs.running.slot import slot
from jobs.services import execute
from templates_app import queries
from tests import factories

PACKAGE = "trial_handlers"


@pytest.fixture(autouse=True)
def _clear_caches_of_other_tests() -> None:
    """Tables are emptied between tests, so the process's caches of them must be cleared as well."""
    clear_table_caches()
    lift_limits()  # a command that a test called has set its own for this process


def clear_table_caches() -> None:
    """Clears the caches of templates and of facts about waiting."""
    queries._cached_spec.cache_clear()
    queries._cached_templates.clear()
    job_queries.clear_cached_facts()


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[None]:
    """This process's connections come from a pool of two, as in a web process."""
    before = connection.settings_dict
    connection.close()
    options = {**before["OPTIONS"], "pool": POOL | {"max_size": 2}}
    connection.settings_dict = {**before, "OPTIONS": options, "CONN_MAX_AGE": 0}
    yield
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # Postgres's
    connection.settings_dict = before


@pytest.fixture
def dispatching(db: None) -> None:
    """A dispatcher reports that it lives."""
    factories.process()


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

    slot.end_process()  # a handler process knows the handlers of before
    originals.cache_clear()  # Django's own test cases patch its database wrapper anew for each test
    registry.configure([PACKAGE], reload=True)
    yield write
    slot.end_process()
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


def copy_waiting(job_id: uuid.UUID, number: int) -> None:
    """So many more jobs like this one, in a moment; without events."""
    columns = [str(field.column) for field in LiveJob._meta.concrete_fields if field.column != "id"]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO jobs_live (id, {names}) SELECT gen_random_uuid(), {names} FROM jobs_live, "
            "generate_series(1, %s) WHERE id = %s",
            [number, job_id],
        )
