"""Loaded by `-p` in pyproject.toml before pytest-django reads the settings: says where the servers will be.

None is started here: tests that need none run at once. `conftest.servers` starts them, on these ports, for
the first test that asks. With TEST_DATABASE_URL the tests use that Postgres instead of the embedded one.
"""

from __future__ import annotations

import os
import secrets
import tempfile

from tests.support import environment
from tests.support.ports import ReservedPort

OUTER_DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
PASSWORD = secrets.token_hex(16)
POSTGRES_PORT, VALKEY_PORT = ReservedPort(), ReservedPort()
_valkey = f"redis://:{PASSWORD}@127.0.0.1:{VALKEY_PORT.number}"

# The processes of one run list their tests in the same order, also those that a set is the parameter of.
os.environ.setdefault("PYTHONHASHSEED", str(secrets.randbelow(2**32)))
environment.become(
    {
        "SECRET_KEY": secrets.token_hex(32),
        "SECRETS_KEYS": secrets.token_urlsafe(32),
        "DATABASE_URL": OUTER_DATABASE_URL
        or f"postgresql://scheduler:{PASSWORD}@127.0.0.1:{POSTGRES_PORT.number}/postgres",
        "BROKER_URL": f"{_valkey}/0",
        "REDIS_URL": f"{_valkey}/1",
        # Not the checkout's: a `make run` of the person who tests must not be found and used.
        "STATE_DIR": os.path.join(tempfile.gettempdir(), f"no-platform-{secrets.token_hex(8)}"),
    }
)
