"""What `new_handler` writes, which names it refuses, and that it overwrites nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foundation.errors import AppError, Conflict, Invalid
from handlers import registry
from handlers._scaffold import write_scaffold
from templates_app.documents import parse_file


def refused(kind: type[AppError], name: str, root: Path) -> str:
    before = sorted(root.rglob("*"))
    with pytest.raises(kind) as caught:
        write_scaffold(name, root=root)
    assert sorted(root.rglob("*")) == before
    (problem,) = caught.value.problems
    return problem.detail


def test_it_writes_a_handler_its_template_and_its_test(tmp_path: Path) -> None:
    files = write_scaffold("mail_job", root=tmp_path)
    assert [str(file.relative_to(tmp_path)) for file in files] == [
        "handlers/mail_job.py",
        "handlers/mail_job.json",
        "tests/unit/test_mail_job.py",
    ]
    (spec,) = parse_file(json.loads(files[1].read_text()))
    assert (spec.type, spec.label, spec.user_triggered) == ("mail_job", "Mail job", True)


@pytest.mark.parametrize("name", ["Mail", "1job", "mail-job", "", "a" * 64, "../mail", "mail.py", "_mail"])
def test_it_refuses_a_name_that_is_none(name: str, tmp_path: Path) -> None:
    assert "is no name for a job type" in refused(Invalid, name, tmp_path)


@pytest.mark.parametrize(
    "name", [*sorted(registry.RESERVED_MODULES), *sorted(registry.RESERVED_ROUTES), "class", "validate"]
)
def test_it_refuses_a_name_that_is_taken_by_something_else(name: str, tmp_path: Path) -> None:
    assert "name it otherwise" in refused(Invalid, name, tmp_path)


def test_it_refuses_the_name_of_a_handler_there_is(tmp_path: Path) -> None:
    assert "There is a handler otp_send_job already" in refused(Conflict, "otp_send_job", tmp_path)


@pytest.mark.parametrize(
    "file", ["handlers/mail_job.json", "tests/unit/test_mail_job.py", "handlers/mail_job/x"]
)
def test_it_never_writes_over_a_file(file: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("mine")
    assert "already" in refused(Conflict, "mail_job", tmp_path)
    assert (tmp_path / file).read_text() == "mine"
