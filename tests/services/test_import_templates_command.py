"""`manage.py import_templates` and `export_templates`, as they are typed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from templates_app.models import JobTemplate
from templates_app.services import archive_template
from tests.factories import OTP, PASSWORD, document, store
from tests.support.ports import ReservedPort
from tests.support.tracked import ROOT

pytestmark = pytest.mark.django_db
NEW = document("birthday_notification_job")


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Writes a file of templates and returns its path."""

    def write(*documents: dict[str, Any], name: str = "templates.json") -> str:
        path = tmp_path / name
        path.write_text(json.dumps({one["type"]: one for one in documents}))
        return str(path)

    return write


def typed(*words: str) -> str:
    out = io.StringIO()
    call_command("import_templates", *words, stdout=out)
    return out.getvalue()


def stored() -> Any:
    out = io.StringIO()
    call_command("export_templates", stdout=out)
    return json.loads(out.getvalue())


def test_a_dry_run_shows_what_would_change_key_by_key_and_stores_nothing(file: Any) -> None:
    store(document(OTP, maxRuns=3, payload={"user_id": 7}), document(PASSWORD))
    path = file(document(OTP, label="Another", payload={"user_id": 8}), document(PASSWORD), NEW)
    before = stored()
    shown = typed(path, "--dry-run").splitlines()
    assert shown[1:8] == [
        "created: birthday_notification_job",
        f"updated: {OTP}",
        f"  {OTP}",
        "    ~ payload.user_id: 7 -> 8",
        "    - maxRuns: 3",
        '    + label: "Another"',
        f"unchanged: {PASSWORD}",
    ]
    assert "nothing was stored" in shown[0]
    assert stored() == before


def test_the_same_as_json(file: Any) -> None:
    store(document(OTP))
    report = json.loads(typed(file(document(OTP, label="Another"), NEW), "--dry-run", "--json"))
    assert (report["created"], report["updated"]) == ([NEW["type"]], [OTP])
    assert report["changes"] == {OTP: [{"path": "label", "after": "Another"}]}


def test_an_import_without_dry_run_reports_no_differences(file: Any) -> None:
    store(document(OTP))
    assert "changes" not in json.loads(typed(file(document(OTP, label="Another")), "--json"))
    assert stored()[OTP]["label"] == "Another"


def test_on_a_terminal_it_is_coloured(file: Any) -> None:
    store(document(OTP))
    path = file(document(OTP, label="x"))
    assert "\x1b[32m" in typed(path, "--dry-run", "--force-color")
    assert "\x1b[" not in typed(path, "--dry-run")


def test_one_that_comes_back_from_the_archive_says_so(file: Any) -> None:
    store(document(OTP))
    archive_template(job_type=OTP, actor_name="ann")
    assert "    ~ archived: true -> false" in typed(file(document(OTP)), "--dry-run").splitlines()


def test_prune_archives_what_all_files_together_leave_out(file: Any) -> None:
    store(document(OTP), document(PASSWORD), NEW)
    files = file(document(OTP)), file(document(PASSWORD), name="more.json")
    assert f"archived: {NEW['type']}" in typed(*files, "--prune", "--dry-run")
    assert len(stored()) == 3
    assert f"archived: {NEW['type']}" in typed(*files, "--prune")
    assert set(stored()) == {OTP, PASSWORD}


def test_nothing_is_archived_if_a_file_is_bad(file: Any) -> None:
    store(document(OTP), document(PASSWORD))
    bad = file(document(OTP, priority=99), name="bad.json")
    with pytest.raises(CommandError, match=r"otp_send_job\.priority"):
        typed(file(NEW), bad, "--prune")
    assert not JobTemplate.objects.filter(archived=True).exists()


def test_a_file_of_no_templates_archives_none_without_force(file: Any) -> None:
    store(document(OTP), document(PASSWORD))
    for options in (["--prune"], ["--prune", "--dry-run"]):
        with pytest.raises(CommandError, match=r"prune: .*all 2 .*force"):
            typed(file(), *options)
    assert not JobTemplate.objects.filter(archived=True).exists()
    typed(file(), "--prune", "--force")
    assert not JobTemplate.objects.filter(archived=False).exists()


def test_a_key_that_stands_twice_is_reported_with_its_place(tmp_path: Path) -> None:
    doubled = tmp_path / "doubled.json"
    doubled.write_text('{"otp_send_job": {"type": "otp_send_job", "type": "x"}}')
    with pytest.raises(CommandError, match=r"otp_send_job\.type: The key type stands twice"):
        typed(str(doubled))
    assert stored() == {}


def test_a_type_that_stands_in_two_files_is_refused(file: Any) -> None:
    with pytest.raises(CommandError, match=r"otp_send_job: It stands in \S+a\.json and in \S+b\.json"):
        typed(file(document(OTP), name="a.json"), file(document(OTP), name="b.json"))
    assert stored() == {}


def test_what_was_exported_imports_as_unchanged_and_exports_as_the_same_text(tmp_path: Path) -> None:
    store(
        document(PASSWORD), document(OTP, payload={"user_id": 2**70}), document("z_job"), document("a_b_job")
    )
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    call_command("export_templates", str(first))
    report = json.loads(typed(str(first), "--json", "--prune"))
    call_command("export_templates", str(second))
    assert report["unchanged"] == list(json.loads(first.read_text()))
    assert report["unchanged"] == sorted(report["unchanged"])
    assert first.read_bytes() == second.read_bytes()


def test_secret_defaults_are_not_shown(file: Any) -> None:
    def with_token(token: str, **keys: Any) -> dict[str, Any]:
        return document(OTP, payload_schema={"token": {"type": "secret"}}, payload={"token": token}, **keys)

    store(with_token("first value"))
    shown = typed(file(with_token("second value", label="x")), "--dry-run")
    assert '    + label: "x"' in shown.splitlines()
    assert "value" not in shown
    shown = typed(file(with_token("second value")), "--dry-run")
    assert '    ~ payload.token: "$encrypted$" -> "$encrypted$"' in shown.splitlines()


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1, "a": 2}', '{"a": [1e999]}'])
def test_with_json_each_problem_has_value_and_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    reported, _ = refused("import_templates", str(path))
    assert "Infinity" not in json.dumps(reported)
    for problem in reported["errors"]:
        assert set(problem) == {"code", "detail", "attr", "value", "remedy"}
        assert problem["remedy"]


def refused(command: str, *words: str) -> tuple[Any, str]:
    """The document on standard output, and the sentence."""
    out = io.StringIO()
    with pytest.raises(CommandError) as reported:
        call_command(command, *words, "--json", stdout=out)
    return json.loads(out.getvalue()), str(reported.value)


def test_with_json_the_problems_of_a_file_are_one_document_beside_the_sentence(file: Any) -> None:
    answer, sentence = refused("import_templates", file(document(OTP, priority=99)))
    assert answer["type"] == "validation_error"
    assert [(one["attr"], one["value"]) for one in answer["errors"]] == [("otp_send_job.priority", 99)]
    assert "otp_send_job.priority" in sentence


@pytest.mark.parametrize(
    ("command", "name", "detail"),
    [
        ("import_templates", "missing.json", "cannot be read: No such file"),
        ("import_templates", "", "cannot be read: Is a directory"),
        ("export_templates", "", "cannot be written: Is a directory"),
        ("export_templates", "missing/there.json", "cannot be written: No such file"),
    ],
)
def test_with_json_a_file_that_cannot_be_used_is_one_document_beside_the_sentence(
    tmp_path: Path, command: str, name: str, detail: str
) -> None:
    answer, sentence = refused(command, str(tmp_path / name))
    assert answer == {
        "type": "client_error",
        "errors": [{"code": "refused", "detail": sentence, "attr": None}],
    }
    assert detail in sentence


def test_an_export_to_a_file_reports_with_json_what_it_holds(tmp_path: Path) -> None:
    store(document(OTP))
    out = io.StringIO()
    call_command("export_templates", str(tmp_path / "all.json"), "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"exported": [OTP]}
    assert [*json.loads((tmp_path / "all.json").read_text())] == [OTP]


@pytest.mark.parametrize("words", [["--json"], ["x.json", "--json", "--nonsense"]], ids=" ".join)
def test_with_json_what_is_typed_wrongly_is_one_document_beside_the_sentence(words: list[str]) -> None:
    command = [sys.executable, "manage.py", "import_templates", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    [problem] = json.loads(done.stdout)["errors"]
    assert (done.returncode, problem["code"]) == (2, "wrong_use")
    assert done.stderr.splitlines()[-1].endswith(problem["detail"])


@pytest.mark.parametrize("words", [["import_templates", "x.json"], ["export_templates"]], ids=" ".join)
def test_with_json_a_database_that_is_away_is_one_document_beside_the_sentence(words: list[str]) -> None:
    url = f"postgresql://nobody@127.0.0.1:{ReservedPort().number}/none"
    command = [sys.executable, "manage.py", *words, "--json"]
    env = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    answer, [line] = json.loads(done.stdout), done.stderr.splitlines()
    assert (done.returncode, answer["type"]) == (1, "server_error")
    assert line == f"CommandError: {answer['errors'][0]['detail']}"
