"""Chooses the ports and URLs of the servers. Loaded by `-p` in pyproject.toml before pytest-django reads the settings.

No server is started here, so that tests without one begin at once. The fixture `conftest.servers` starts them, on
these ports, for the first test that needs them. With TEST_DATABASE_URL the tests use that Postgres instead.
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

# The processes of one run must list the tests in the same order, also where the parameters come from a set.
os.environ.setdefault("PYTHONHASHSEED", str(secrets.randbelow(2**32)))
environment.replace_settings(
    {
        "SECRET_KEY": secrets.token_hex(32),
        "SECRETS_KEYS": secrets.token_urlsafe(32),
        "DATABASE_URL": OUTER_DATABASE_URL
        or f"postgresql://scheduler:{PASSWORD}@127.0.0.1:{POSTGRES_PORT.number}/postgres",
        "BROKER_URL": f"{_valkey}/0",
        "REDIS_URL": f"{_valkey}/1",
        # Many tests send more with one session than a browser does; test_session_rate.py is about the limit.
        "SESSION_REQUESTS_PER_SECOND": "0",
        # Not the checkout's own: the tests must not find and use a platform that the developer runs.
        "STATE_DIR": os.path.join(tempfile.gettempdir(), f"no-platform-{secrets.token_hex(8)}"),
    }
)
