"""Finding, listing and loading handlers by their names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import registry
from handlers.registry import HandlerBroken, HandlerNotFound, Registry


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Makes an importable package `team_jobs` to write handlers into."""
    folder = tmp_path / "team_jobs"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "team_jobs"]:
        del sys.modules[name]


def test_it_lists_the_six_job_types_the_project_ships() -> None:
    assert {
        "birthday_notification_job",
        "forgot_password_job",
        "otp_send_job",
        "profile_archive_generator_job",
        "profile_stats_aggregator_job",
        "relationship_rankings_job",
    } <= set(Registry(["handlers"]).job_types())


@pytest.mark.parametrize(
    "name",
    ["registry", "context", "testing", "_guard", "__init__", "Otp", "1job", "otp\n", "", "a" * 64, "a.b"],
)
def test_it_finds_no_job_type_by_a_name_that_cannot_be_one(name: str) -> None:
    assert Registry(["handlers"]).find(name) is None


def test_it_finds_a_handler_without_importing_it(package: Path) -> None:
    (package / "mail_job.py").write_text("raise RuntimeError('imported')")

    source = Registry(["team_jobs"]).find("mail_job")

    assert source is not None
    assert source.file == package / "mail_job.py"
    assert "team_jobs.mail_job" not in sys.modules


def test_it_finds_a_handler_written_after_it_was_looked_for(package: Path) -> None:
    known = Registry(["team_jobs"])
    assert known.find("late_job") is None

    (package / "late_job.py").write_text("def late_job(data): return 1")

    assert known.find("late_job") is not None
    assert known.job_types() == ["late_job"]


def test_it_no_longer_finds_a_handler_that_was_deleted_after_it_was_loaded(package: Path) -> None:
    file = package / "old_job.py"
    file.write_text("def old_job(data): return 1")
    known = Registry(["team_jobs"])
    known.load("old_job")

    file.unlink()

    assert known.find("old_job") is None


def test_it_takes_a_folder_for_no_handler(package: Path) -> None:
    (package / "notes").mkdir()
    assert Registry(["team_jobs"]).find("notes") is None


def test_it_loads_a_handler_that_is_a_package(package: Path) -> None:
    folder = package / "big_job"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from team_jobs.big_job.parts import answer\ndef big_job(data): return answer"
    )
    (folder / "parts.py").write_text("answer = 42")

    assert Registry(["team_jobs"]).load("big_job")({}, None) == 42


@pytest.mark.parametrize(
    ("signature", "called_with"),
    [
        ("data", ["data"]),
        ("data, job", ["data", "job"]),
        ("data, job=None", ["data", "job"]),
        ("*arguments", ["data", "job"]),
        ("data, *, strict=True", ["data"]),
        ("data, job, extra=1", ["data", "job"]),
    ],
)
def test_it_calls_a_handler_with_as_much_as_it_takes(
    package: Path, signature: str, called_with: list[str]
) -> None:
    body = (
        "return [one for one in arguments]" if "arguments" in signature else "return [data, *given(locals())]"
    )
    (package / "any_job.py").write_text(
        "def given(names): return [names['job']] if 'job' in names else []\n"
        f"def any_job({signature}):\n    {body}\n"
    )
    assert Registry(["team_jobs"]).load("any_job")("data", "job") == called_with  # type: ignore[arg-type]


def test_it_loads_the_validate_function_of_a_module(package: Path) -> None:
    (package / "strict_job.py").write_text("def validate(data): return 'judged'\ndef strict_job(data): ...")
    (package / "plain_job.py").write_text("validate = 3\ndef plain_job(data): ...")
    known = Registry(["team_jobs"])

    validate = known.load("strict_job").validate

    assert validate is not None
    assert validate({}) == "judged"
    assert known.load("plain_job").validate is None


def test_it_imports_no_module_for_its_rules_that_has_none(package: Path) -> None:
    (package / "plain_job.py").write_text("raise RuntimeError('imported')")
    known = Registry(["team_jobs"])
    assert known.validator("plain_job") is None
    assert known.validator("no_such_job") is None


def test_a_handler_called_validate_is_not_its_own_rules(package: Path) -> None:
    (package / "validate.py").write_text("def validate(data): ...")
    assert Registry(["team_jobs"]).load("validate").validate is None


def test_it_says_which_file_is_missing() -> None:
    with pytest.raises(HandlerNotFound) as caught:
        Registry(["handlers"]).load("no_such_job")

    (problem,) = caught.value.problems
    assert problem.code == "HANDLER_NOT_FOUND"
    assert problem.attr == "job_type"
    assert "handlers/no_such_job.py" in problem.detail
    assert caught.value.status == 409


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import no_such_module", "No module named 'no_such_module' (bad_job.py, line 1)"),
        ("x = 1\ny = x / 0", "ZeroDivisionError: division by zero (bad_job.py, line 2)"),
        ("def bad_job(data:", "SyntaxError"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("def other_job(data): ...", "has no function bad_job"),
        ("bad_job = 3", "has no function bad_job"),
        ("def bad_job(): ...", "must take data, or data and the job"),
        ("def bad_job(a, b, c): ...", "must take data, or data and the job"),
        ("async def bad_job(data): ...", "write a plain function"),
        ("def bad_job(data): yield 1", "write a plain function"),
    ],
)
def test_it_says_why_a_handler_is_broken(package: Path, code: str, reason: str) -> None:
    (package / "bad_job.py").write_text(code)

    with pytest.raises(HandlerBroken) as caught:
        Registry(["team_jobs"]).load("bad_job")

    (problem,) = caught.value.problems
    assert problem.code == "HANDLER_BROKEN"
    assert reason in problem.detail


def test_it_prefers_the_first_package_that_has_the_job_type(package: Path) -> None:
    (package / "otp_send_job.py").write_text("def otp_send_job(data): return 'theirs'")

    own_first = Registry(["handlers", "team_jobs"]).find("otp_send_job")
    theirs_first = Registry(["team_jobs", "handlers"]).load("otp_send_job")

    assert own_first is not None
    assert own_first.module == "handlers.otp_send_job"
    assert theirs_first({}, None) == "theirs"


@pytest.mark.parametrize("name", ["no_such_package", "json.decoder", "team_jobs.exploding"])
def test_it_refuses_a_name_that_is_no_package(package: Path, name: str) -> None:
    (package / "exploding").mkdir()
    (package / "exploding" / "__init__.py").write_text("raise ValueError('no')")

    with pytest.raises(HandlerBroken, match="is no package to load handlers from"):
        Registry([name])


def test_it_adds_configured_packages_to_the_projects_own(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_current", registry._current)
    (package / "extra_job.py").write_text("def extra_job(data): return data['n'] + 1")

    registry.configure(["team_jobs", "handlers"], reload=False)

    assert registry.find("otp_send_job")
    assert registry.load("extra_job")({"n": 1}, None) == 2
    assert "extra_job" in registry.job_types()
    assert {"extra_job", "otp_send_job"} <= set(registry.job_types())
