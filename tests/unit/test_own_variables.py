"""Which environment variables are the platform's own, so that no shared secret is read from them."""

from __future__ import annotations

import pytest

from foundation import own_variables
from tests.support import pages


def test_every_setting_of_the_table_is_one() -> None:
    rows = pages.parse_rows(pages.read_section("docs/operators.md", "Settings"))
    assert {row[0].strip("`") for row in rows} - own_variables.NAMES == set()


@pytest.mark.parametrize(
    "name",
    [
        "SECRETS_KEYS",
        "SECRETS_KEYS_FILE",
        "PGPASSWORD",
        "OIDC_CLIENT_SECRET",
        "DJANGO_SETTINGS_MODULE",
        "PATH",
    ],
)
def test_such_a_name_is_one(name: str) -> None:
    assert own_variables.is_own(name)


@pytest.mark.parametrize("name", ["STRIPE_KEY", "PG", "secret_key", "MY_SECRET_KEY", "PAGER"])
def test_such_a_name_is_none(name: str) -> None:
    assert not own_variables.is_own(name)
