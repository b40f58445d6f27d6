"""A newcomer follows the README in a fresh clone, command for command and file for file."""

import os
import re
import subprocess
import sys
from contextlib import closing
from shutil import copytree

import httpx
import pytest

from handlers._scaffold import write_scaffold
from tests.support import environment
from tests.support.folders import make_private_folder
from tests.support.ports import find_free_port
from tests.support.processes import Program
from tests.support.tracked import ROOT
from tests.support.waiting import wait_for

README = (ROOT / "README.md").read_text()
# What the README promises for a first start, everything installed and built.
FIRST_START_SECONDS = 300
# The test suite is what runs this very test.
NOT_RUN_HERE = {"make test"}
pytestmark = pytest.mark.timeout(FIRST_START_SECONDS + 200)


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def files():
    """Each file that the README shows, with its content."""
    block = r"^```(?:python|json)\n(.*?)^```$"
    return dict(re.findall(r"into `([\w/.]+)`(?:(?!```).)*?" + block, README, re.M | re.S))


def commands():
    return [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


def test_there_is_nothing_to_type_that_is_not_tried_here():
    assert set(commands()) - NOT_RUN_HERE == {"make run"}
    assert set(files()) == {
        "handlers/say_hello.py",
        "handlers/say_hello.json",
        "tests/unit/test_say_hello.py",
    }


def test_the_first_handler_leaves_no_test_that_fails(tmp_path):
    """With the packages of this environment: nothing is installed for it."""
    for folder in ("handlers", "scheduler_project", "templates_app", "tests/unit"):
        copytree(ROOT / folder, tmp_path / folder)
    for name in (*write_scaffold("say_hello", root=tmp_path), *files()):
        assert (tmp_path / name).exists()
    written = sorted((tmp_path / "tests/unit").glob("*say_hello*"))
    for name, content in files().items():
        (tmp_path / name).write_text(content)
    assert [str(file.relative_to(tmp_path)) for file in written] == [
        name for name in files() if name.startswith("tests/")
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:valkey", "-p", "no:django", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), *map(str, written)],
        cwd=tmp_path,
        env=environment.copy_without_settings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.long
def test_a_newcomer_gets_from_a_clone_to_a_job_of_their_own():
    with make_private_folder("readme") as folder:
        clone = folder / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        env = environment.copy_without_settings() | {"PORT": str(find_free_port())}
        program = Program(["make", "run"], log=folder / "output.log", cwd=clone, env=env)
        try:
            with closing(signed_in(address_of(program))) as client:
                assert succeeded(client, "otp_send_job", {"user_id": 7})["result"]["sent"] is True
                write_the_handler(clone)
                assert succeeded(client, "say_hello", {})["result"] == {"said": "Hello, world!"}
            program.interrupt()
            wait_for("it says that it has stopped", lambda: "Stopped" in program.last_lines(3), within=60)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\nThe last it said:\n{program.last_lines()}") from failure
        finally:
            program.stop()
        assert not (clone / ".state" / "run.json").exists()


def address_of(program):
    def look():
        assert not program.has_ended, program.last_lines()
        return re.search(r"is ready: (http\S+)", program.last_lines())

    return wait_for("the address is printed", look, within=FIRST_START_SECONDS, every=0.5)[1]


def signed_in(link):
    """A browser's session, opened by the button behind the printed link."""
    client = httpx.Client(base_url=str(httpx.URL(link).join("/")), timeout=60, trust_env=False)
    client.get(link).raise_for_status()
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    page = client.post(link, data=form, follow_redirects=True)
    assert page.status_code == 200, page.text
    assert '<div id="root">' in page.text, "the UI was not built"
    assert client.get("/api/v1/session/").json()["user"]["username"] == "admin"
    client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
    return client


def succeeded(client, job_type, payload):
    created = client.post("/api/v1/jobs/", json={"job_type": job_type, "payload": payload})
    assert created.status_code == 201, created.text
    job = client.get(f"/api/v1/jobs/{created.json()['job_id']}/", params={"wait": 30}).json()
    assert job["state"] == "succeeded", job
    return job


def write_the_handler(clone):
    """Begun and imported by the commands the README names, with the files as it shows them."""
    typed(clone, re.search(r"`(\.venv/bin/python manage\.py new_handler \w+)`", README)[1])
    for name, content in files().items():
        assert (clone / name).exists()
        (clone / name).write_text(content)
    typed(clone, re.search(r"`(\.venv/bin/python manage\.py import_templates \S+)`", README)[1])


def typed(clone, command):
    done = subprocess.run(
        command.split(),
        cwd=clone,
        env=environment.copy_without_settings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
