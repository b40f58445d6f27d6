"""The platform's own secret settings are cut out of what jobs tell, whether a job has secrets or not."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from foundation import env
from foundation.masking import MARKER
from foundation.masking.current import get_platform_masking, mask, masked_by
from jobs.running.redaction import Redaction

URL = "postgresql://ann:p%40ssw0rd@db.example:5432/jobs?sslmode=require"
SETTINGS = {
    "SECRET_KEY": "the key that signs",
    "SECRETS_KEYS": "bmV3ZXN0IGtleSBvZiBhbGw=, b2xkZXIga2V5IG9mIGFsbA",
    "DATABASE_URL": URL,
    "BROKER_URL": "amqp://guest:rabbit-pw@mq//",
    "OIDC_CLIENT_SECRET": "client-secret",
}


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in env.SECRET_NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, text in SETTINGS.items():
        monkeypatch.setenv(name, text)
    get_platform_masking.cache_clear()
    yield
    get_platform_masking.cache_clear()


@pytest.mark.parametrize(
    "told",
    [
        "the key that signs",
        "bmV3ZXN0IGtleSBvZiBhbGw",
        "b2xkZXIga2V5IG9mIGFsbA",
        URL,
        "p%40ssw0rd",
        "p@ssw0rd",
        "rabbit-pw",
        "client-secret",
    ],
)
def test_a_job_without_secrets_tells_none_of_them(told: str) -> None:
    assert Redaction().redact_text(f"<{told}>") == f"<{MARKER}>"
    assert Redaction(["other"]).redact_json({told: told}) == {MARKER: MARKER}
    assert told not in Redaction().redact_text(base64.b64encode(told.encode()).decode())


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://db/jobs?user=ann&password=p%40ss1&sslmode=require", ["p@ss1", "p%40ss1"]),
        ("postgresql://ann:other@db/jobs?sslpassword=of+the+key", ["other", "of+the+key", "of the key"]),
        ("redis://r/0?Password=redis-pw", ["redis-pw"]),
    ],
)
def test_a_password_among_the_options_of_an_address_is_cut_out_by_itself(
    url: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    get_platform_masking.cache_clear()
    for one in told:
        assert Redaction().redact_text(f"<{one}>") == f"<{MARKER}>"
    assert Redaction().redact_text("jobs require ann sslmode") == "jobs require ann sslmode"


def test_the_ordinary_words_of_their_addresses_stay() -> None:
    text = "guest and ann require db.example/jobs on mq"
    assert Redaction().redact_text(text) == text


def test_a_password_that_is_the_users_name_is_an_ordinary_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")
    get_platform_masking.cache_clear()
    assert Redaction().redact_text("the guest ann") == "the guest ann"
    assert Redaction().redact_text("<amqp://guest:guest@127.0.0.1:5672//>") == f"<{MARKER}>"


def test_a_setting_in_a_file_and_a_hidden_one_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    get_platform_masking.cache_clear()
    monkeypatch.setitem(env.hidden, "SECRET_KEY", "a hidden key")
    assert Redaction().redact_text("a hidden key") == MARKER


def test_lines_for_the_console_lose_the_secrets_of_the_running_job_as_well() -> None:
    with masked_by(Redaction(["of-the-job"])):
        assert mask("of-the-job, rabbit-pw") == f"{MARKER}, {MARKER}"
    assert mask("of-the-job, rabbit-pw") == f"of-the-job, {MARKER}"
