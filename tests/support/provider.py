"""Runs a real sign-in provider (OpenID Connect) on this machine: tests/provider/server.mjs."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from foundation.discover import CHECKOUT
from launcher import install
from launcher.options import CannotStart
from tests.support.could_not_run import Missing
from tests.support.processes import Program
from tests.support.waiting import wait_for

FOLDER = CHECKOUT / "tests" / "provider"
LOCK = FOLDER / "package-lock.json"
INSTALLED = FOLDER / "node_modules" / ".installed"
INSTALL_SECONDS, START_SECONDS, STOP_SECONDS = 120, 30, 10
CLIENT_ID, CLIENT_SECRET = "jobs", "a:secret with+signs"


class RealProvider:
    """A provider that signs everybody in at once, as the account that a test has chosen."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def reset(self) -> None:
        """Makes it say and do again what it did at its start; it keeps its key."""
        self._send(reset=True)

    def set(self, **changes: Any) -> None:
        """Changes what the provider says and does; server.mjs lists what there is, by `state`."""
        self._send(**changes)

    def rotate_keys(self) -> None:
        """Replaces the key by another, with another name."""
        self._send(command="rotate")

    def last_sid(self) -> str:
        """Returns the provider's name for the session in which it gave its last ID token."""
        return str(self._send(command="last_sid")["sid"])

    def make_logout_token(self, claims: Mapping[str, Any], algorithm: str = "RS256") -> str:
        """Returns a logout token with these claims instead of the usual ones; None removes one."""
        answer = self._send(command="logout_token", claims=claims, algorithm=algorithm)
        return str(answer["logout_token"])

    def log_out(self, *, sub: str, sid: str) -> None:
        """Sends a logout token to the platform, and fails unless that accepts it."""
        self._send(command="log_out", sub=sub, sid=sid)

    def _send(self, **body: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.issuer}/control", json=body, timeout=30, trust_env=False)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def run_provider(folder: Path) -> Iterator[RealProvider]:
    """Yields a provider, with its output in the folder, and ends it. Raises Missing without Node or its packages."""
    try:
        environment = install.make_node_environment()
    except (CannotStart, OSError) as exc:
        raise Missing(f"there is no Node.js ({exc})", remedy="install Node.js") from None
    _install_packages(environment)
    program = Program(["node", "server.mjs"], log=folder / "provider.log", cwd=FOLDER, env=environment)
    try:
        issuer = wait_for(
            "the provider says its address", lambda: _read_issuer(program), within=START_SECONDS
        )
        yield RealProvider(issuer)
    finally:
        program.stop()


def _read_issuer(program: Program) -> str:
    assert not program.has_ended, program.last_lines()
    lines = program.log.read_text().splitlines()
    return next((line for line in lines if line.startswith("http://")), "")


def _is_listening(issuer: str) -> bool:
    try:
        httpx.get(issuer, timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return True


def _install_packages(environment: dict[str, str]) -> None:
    with LOCK.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of this test run install them, too
        if INSTALLED.exists() and INSTALLED.read_text() == LOCK.read_text():
            return
        command = ["npm", "ci", "--no-audit", "--no-fund"]
        try:
            run = subprocess.run(
                command,
                cwd=FOLDER,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
                check=False,
            )
            said = [line for line in run.stderr.splitlines() if line.startswith("npm error")]
            failure = [*said, f"npm ended with {run.returncode}"] if run.returncode else []
        except (OSError, subprocess.TimeoutExpired) as exc:
            failure = [str(exc)]
        if failure:
            remedy = f"run `npm ci` in {FOLDER.relative_to(CHECKOUT)}"
            raise Missing(f"the provider's packages cannot be installed ({failure[0]})", remedy=remedy)
        INSTALLED.write_text(LOCK.read_text())
