"""`celery -A scheduler_project jobs`, typed wrongly: exit status 64, one sentence and, with `--json`, one document."""

from __future__ import annotations

from importlib import import_module

import click
import pytest

from jobs.cli import COMMANDS, jobs
from jobs.cli.options import TEXT
from tests import factories
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db
BLANK = "It is blank: write a value, or leave the option out."
WORDS: dict[str, list[str]] = {"processes": [], "list": []}


@pytest.fixture(autouse=True)
def _template() -> None:
    factories.template()


def text_options() -> list[tuple[str, str]]:
    commands: dict[str, click.Command] = {
        name: import_module(place).command for name, place in COMMANDS.items()
    }
    return [
        (name, option.opts[0])
        for name, command in {"": jobs, **commands}.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag
    ]


@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize(("command", "option"), text_options())
def test_an_option_that_is_blank_is_refused(command: str, option: str, blank: str) -> None:
    group = [option, blank] if not command else []
    own = [option, blank] if command else []
    name = command or "list"
    answer = run_jobs_command("--json", *group, name, *own, *WORDS.get(name, ["otp_send_job"]))
    assert (answer.status, answer.json["errors"][0]["attr"]) == (64, option)
    assert answer.json["errors"][0]["detail"] in answer.err[-1]


def test_a_blank_name_is_nobodys() -> None:
    for words in (["--as", "", "create", "otp_send_job"], ["create", "--as", " ", "otp_send_job"]):
        answer = run_jobs_command(*words)
        assert (answer.status, answer.out) == (64, "")
        assert answer.err[-1] == f"Error: Invalid value for '--as': {BLANK}"
    assert run_jobs_command("list", "--json").json["results"] == []


def test_every_text_that_an_option_takes_is_looked_at() -> None:
    commands = [jobs, *(import_module(place).command for place in COMMANDS.values())]
    options = [one for command in commands for one in command.params if isinstance(one, click.Option)]
    assert [one.opts for one in options if isinstance(one.type, type(click.STRING))] == []
    assert any(one.type is TEXT for one in options)


@pytest.mark.parametrize(
    ("words", "attr", "detail"),
    [
        (["create", "otp_send_job", "abc"], None, "'abc' is no FIELD=VALUE."),
        (
            ["create", "otp_send_job", "--payload", "@/nowhere/x"],
            None,
            "/nowhere/x cannot be read: No such file",
        ),
        (["create"], None, "Missing argument 'TYPE'."),
        (["create", "otp_send_job", "--timeout", "3"], None, "--timeout is for --follow"),
        (["list", "--nonsense"], None, "No such option"),
        (["list", "--limit", "0"], "--limit", "Invalid value for '--limit'"),
        (["list", "--state", "done"], "--state", "'done' is not one of"),
        (["wait", "x", "--timeout", "nan"], "--timeout", "nan is no number of seconds"),
        (["frobnicate"], None, "No such command 'frobnicate'"),
    ],
)
def test_what_is_typed_wrongly_is_one_json_document_and_the_sentence(
    words: list[str], attr: str | None, detail: str
) -> None:
    plain = run_jobs_command(*words)
    assert (plain.status, plain.out) == (64, "")
    for answer in (run_jobs_command("--json", *words), run_jobs_command(*words, "--json")):
        [problem] = answer.json["errors"]
        assert (answer.status, answer.json["type"]) == (64, "client_error")
        assert (problem["code"], problem["attr"]) == ("wrong_use", attr)
        assert detail in problem["detail"]
        assert answer.err == plain.err


def test_after_two_hyphens_nothing_is_an_option() -> None:
    answer = run_jobs_command("create", "otp_send_job", "--", "--json")
    assert (answer.status, answer.out) == (64, "")
