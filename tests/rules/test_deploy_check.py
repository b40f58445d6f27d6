"""`manage.py check --deploy` has nothing to say of the settings that docker-compose.yml gives."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys

from foundation.discover import CHECKOUT
from tests.support import environment
from tests.support.deployment import OURS

# What .env.example asks people to choose before others can reach the machine.
CHOSEN = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "SECRETS_KEYS": secrets.token_urlsafe(32),
    "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
    "RABBITMQ_PASSWORD": secrets.token_urlsafe(24),
    "REDIS_PASSWORD": secrets.token_urlsafe(24),
    "BEHIND_TLS": "1",
    "BIND": "0.0.0.0",
}


def check(chosen: dict[str, str]) -> subprocess.CompletedProcess[str]:
    given = {
        name: re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: chosen.get(found[1], found[2]), str(value))
        for name, value in OURS["web"]["environment"].items()
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CHECKOUT, env={**environment.copy_without_settings(), **given}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_with_the_settings_of_production_it_is_clean() -> None:
    done = check(CHOSEN)
    assert done.returncode == 0, done.stdout + done.stderr


def test_with_the_well_known_ones_it_names_each() -> None:
    done = check({})
    assert done.returncode == 1
    for weak in ("SECRET_KEY is publicly known", "DATABASE_URL has", "BROKER_URL has", "REDIS_URL has"):
        assert weak in done.stderr
