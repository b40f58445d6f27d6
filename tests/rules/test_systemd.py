"""deploy/systemd: a unit for each process, that lets jobs end and gives handlers no more than they need."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from foundation.discover import CHECKOUT
from tests.support import debian
from tests.support.could_not_run import Missing, skip_loudly

FOLDER = CHECKOUT / "deploy" / "systemd"
INSTALLED = "/opt/restjobscheduler"
COMMANDS = {
    "web": "python manage.py serve --wsgi",
    "sockets": "python manage.py serve",
    "dispatcher": "python manage.py dispatch",
    "beat": "celery --quiet -A scheduler_project beat",
    "worker@": "celery --quiet -A scheduler_project worker",
}


def unit(name: str) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of directives keep their case
    assert parser.read(FOLDER / f"restjobscheduler-{name}.service")
    return parser["Service"]


def test_there_is_one_for_each_process_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.service")} == {
        f"restjobscheduler-{name}" for name in COMMANDS
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_it_starts_the_documented_command_and_starts_it_again(name: str) -> None:
    service = unit(name)
    assert COMMANDS[name] in service["ExecStart"]
    assert service["ExecStart"].startswith(f"{INSTALLED}/.venv/bin/")
    assert service["WorkingDirectory"] == INSTALLED
    assert service["Restart"] == "always"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_stop_is_for_its_main_process_and_takes_no_longer_than_said(name: str) -> None:
    assert unit(name)["KillMode"] == "mixed"
    assert int(unit(name)["TimeoutStopSec"]) >= (60 if name == "worker@" else 5)


@pytest.mark.parametrize("name", COMMANDS)
def test_it_has_no_right_that_it_does_not_need(name: str) -> None:
    service = unit(name)
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["CapabilityBoundingSet"]) == (
        "yes",
        "strict",
        "",
    )
    assert service["User"] == "restjobscheduler"


def test_systemd_finds_no_fault_in_them(tmp_path: Path) -> None:
    """As they would be installed, but for the user and the folder, which are not on this machine."""
    if not shutil.which("systemd-analyze"):
        debian.install("systemd")
    if not shutil.which("systemd-analyze"):
        missing = Missing("systemd-analyze is not here", remedy="install systemd")
        skip_loudly("the test of the systemd units", missing)
    for path in FOLDER.iterdir():
        text = path.read_text().replace(f"{INSTALLED}/.venv/bin/", f"{CHECKOUT}/.venv/bin/")
        (tmp_path / path.name.replace("@.", "@one.")).write_text(
            text.replace("=restjobscheduler\n", "=root\n")
        )
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
