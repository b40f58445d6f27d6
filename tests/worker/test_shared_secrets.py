"""On a real platform: a shared secret is read from a file at each run, goes to its hosts only, and is shown nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from foundation.masking import MARKER
from tests.support.platform import Platform

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
FIELDS: dict[str, Any] = {
    "url": {"type": "url"},
    "api_key": {"type": "secret", "required": True, "secretRef": "teller"},
}


@pytest.fixture
def place(platform: Platform, tmp_path: Path) -> Iterator[Path]:
    """The file of the shared secret of the template `teller`, which has its own fields again afterwards."""
    file = tmp_path / "key"
    new = {"name": "teller", "job_types": ["teller"], "hosts": ["*.example.org"], "source": f"file:{file}"}
    with platform.api("admin") as api:
        before = api.get("templates/teller/").raise_for_status().json()["payload_schema"]
        assert api.post("secrets/", json=new).status_code == 201
        api.patch("templates/teller/", json={"payload_schema": FIELDS}).raise_for_status()
        yield file
        api.patch("templates/teller/", json={"payload_schema": before}).raise_for_status()
        assert api.delete("secrets/teller/").status_code == 204


def test_an_operators_job_has_it_and_tells_nobody(platform: Platform, place: Path) -> None:
    told = platform.output_size()
    with platform.api("operator") as api:
        for value in ("canary-in-the-file", "canary-after-rotation"):
            place.write_text(f"{value}\n")
            job = api.await_end(api.create("teller", {"url": "https://api.example.org/"})["job_id"])
            assert job["payload"]["api_key"] == MARKER
            assert job["error"]["message"] == f"('{MARKER}', '{MARKER}')"
            shown = json.dumps([job, api.log(job["job_id"])]) + platform.output()[told:]
            assert f"printed {MARKER}" in shown
            assert "canary" not in shown
            assert api.history(job["job_id"])[0]["detail"] == {"secrets": {"api_key": "shared:teller"}}


def test_it_goes_nowhere_else(platform: Platform, place: Path) -> None:
    with platform.api("operator") as api:
        payload = {"url": "https://api.example.org@evil.example/"}
        answer = api.post("jobs/", json={"job_type": "teller", "payload": payload})
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert (error["attr"], error["code"]) == ("payload.url", "host_not_allowed")


def test_a_file_that_is_not_there_fails_the_job_and_says_so(platform: Platform, place: Path) -> None:
    with platform.api("operator") as api:
        job = api.await_end(api.create("teller")["job_id"])
    assert (job["state"], job["error"]["type"]) == ("failed", "SecretUnavailable")
    assert (
        f"teller could not be read from file:{place}: No such file or directory." in job["error"]["message"]
    )
