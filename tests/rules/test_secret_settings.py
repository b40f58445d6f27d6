"""Every setting that holds a key, a password or the URL of a server is declared secret, so that no handler gets it."""

from __future__ import annotations

import ast

from foundation.env import SECRET_NAMES
from tests.support import pages

# Numbers, switches and choices of given words hold no secret.
TEXT_READERS = {f"env.{reader}" for reader in ("text", "own_text", "names", "keys", "url")} | {
    "os.environ.get"
}
SECRET_WORDS = {
    "KEY", "KEYS", "SECRET", "SECRETS", "PASSWORD", "PASSWORDS", "PASSPHRASE", "TOKEN", "TOKENS", "CREDENTIALS", "DSN",
    "URL", "URLS",
}  # fmt: skip


def _list_text_settings() -> set[str]:
    return {
        str(call.args[0].value)
        for file in pages.list_sources()
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in TEXT_READERS
        if call.args and isinstance(call.args[0], ast.Constant)
    }


def test_settings_named_like_secrets_are_declared_secret() -> None:
    found = _list_text_settings()
    assert len(found) > 20
    assert {name for name in found if SECRET_WORDS & set(name.split("_"))} <= set(SECRET_NAMES)


def test_every_declared_one_is_read() -> None:
    assert set(SECRET_NAMES) <= _list_text_settings()
