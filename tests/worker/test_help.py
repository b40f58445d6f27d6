"""Every command tells what it is for before anything is set up: no settings, no key, no servers."""

import pkgutil
import sys
from subprocess import run

import pytest

from accounts.management import commands as of_accounts
from jobs.cli import COMMANDS
from jobs.management import commands as of_jobs
from tests.support import environment
from tests.support.ports import ReservedPort
from tests.support.tracked import ROOT

pytestmark = pytest.mark.long  # a shell for each command
MANAGE = [one.name for place in (of_accounts, of_jobs) for one in pkgutil.iter_modules(place.__path__)]
CELERY = [["worker"], ["beat"], ["status"], ["jobs"], *(["jobs", name] for name in COMMANDS)]


def helped(*command, cwd):
    port = ReservedPort()
    url = f"postgresql://nobody@127.0.0.1:{port.number}/none"
    env = environment.copy_without_settings() | {"STATE_DIR": str(cwd), "DATABASE_URL": url}
    assert "SECRET_KEY" not in env
    return run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", MANAGE)
def test_every_command_of_manage_py_has_its_help(name, tmp_path):
    done = helped("manage.py", name, "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: manage.py")


@pytest.mark.parametrize("words", [["help"], [], ["--help"]], ids=" ".join)
def test_manage_py_lists_its_commands(words, tmp_path):
    done = helped("manage.py", *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {"audit_verify", "create_user", "serve", "dispatch"} <= {*done.stdout.split()}


@pytest.mark.parametrize("words", CELERY, ids=" ".join)
def test_every_command_of_celery_has_its_help(words, tmp_path):
    done = helped("-m", "celery", "-A", "scheduler_project", *words, "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: " in done.stdout


def test_a_command_that_is_to_do_something_needs_its_key(tmp_path):
    done = helped("manage.py", "create_user", "ann", "--role", "viewer", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY='' is not usable")
