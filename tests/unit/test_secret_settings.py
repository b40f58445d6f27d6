"""A process that runs handlers hides the platform's secret settings from them and from all programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from foundation.discover import CHECKOUT

ENVIRONMENT = {
    "SECRET_KEY": "hidden-canary",
    "BROKER_URL": "amqp://me:canary@mq//",
    "COPY": "amqp://me:canary@mq//",
    "OTHER": "stays",
}
LOOK = """
import json, os, subprocess, sys
from foundation import env, secret_settings
secret_settings.hide()
own = open("/proc/self/environ").read().split("\\0")
child = subprocess.run(["cat", "/proc/self/environ"], capture_output=True, text=True).stdout
shell = os.popen("env").read()
if (pid := os.fork()) == 0:
    os.execve("/bin/sh", ["sh", "-c", "cat /proc/$PPID/environ >&2; env >&2"], os.environ)
os.waitpid(pid, 0)
secret_settings.hide()
known = [env.text("SECRET_KEY"), env.is_set("BROKER_URL")]
secret_settings.restore()
again = subprocess.run(["env"], capture_output=True, text=True).stdout
print(json.dumps([own, child + shell, known, again]))
"""


def run(code: str, **variables: str) -> tuple[Any, str]:
    """What the program printed as JSON, and what it wrote to standard error."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout), done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_neither_it_nor_its_children_have_them_in_their_environment() -> None:
    (own, inherited, known, again), of_others = run(LOOK, **ENVIRONMENT)
    assert "canary" not in str(own) + inherited + of_others
    assert "OTHER=stays" in own
    assert "OTHER=stays" in inherited
    assert "OTHER=stays" in of_others
    assert known == ["hidden-canary", True]
    assert "SECRET_KEY=hidden-canary" in again


def test_a_setting_in_a_file_is_kept_and_its_path_hidden(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("canary\n")
    code = """
import json, os
from foundation import env, secret_settings
secret_settings.hide()
print(json.dumps([env.text("SECRET_KEY"), "SECRET_KEY_FILE" in os.environ]))
"""
    assert run(code, SECRET_KEY_FILE=str(tmp_path / "key"))[0] == ["canary", False]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is a pipe")
def test_more_than_a_pipe_holds_does_not_wait_for_a_reader() -> None:
    code = """
import json, os, signal
from foundation import env, secret_settings
signal.alarm(20)
env.hidden["SECRETS_KEYS"] = "k" * 1_000_000
os.environ[secret_settings.DESCRIPTOR] = str(secret_settings.send())
env.hidden.clear()
secret_settings.receive_from_descriptor()
print(json.dumps(len(env.text("SECRETS_KEYS"))))
"""
    assert run(code)[0] == 1_000_000


@pytest.mark.parametrize("without", ["", "del os.memfd_create"])
def test_a_program_of_ours_gets_them_through_a_descriptor(without: str) -> None:
    code = """
import json, os, subprocess, sys
from foundation import secret_settings
WITHOUT
secret_settings.hide()
pipe = secret_settings.send()
receive = '''
from foundation import env, secret_settings
import os
secret_settings.receive_from_descriptor()
print(env.text("SECRET_KEY"), sorted({"SECRET_KEY", secret_settings.DESCRIPTOR} & {*os.environ}))
'''
environment = secret_settings.get_clean_environment() | {secret_settings.DESCRIPTOR: str(pipe)}
done = subprocess.run([sys.executable, "-c", receive], pass_fds=[pipe], env=environment, capture_output=True, text=True)
print(json.dumps(done.stdout + os.read(pipe, 100).decode()))
"""
    assert run(code.replace("WITHOUT", without), **ENVIRONMENT)[0] == "hidden-canary []\n"
