"""On a running platform the dispatcher links what everybody records, and nothing of it looks forged."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import only_embedded
from tests.support.platform import Platform
from tests.support.waiting import wait_for


@only_embedded
def test_a_running_platform_has_an_honest_trail(platform: Platform) -> None:
    with platform.api("admin") as api:
        answer = api.post("groups/", json={"name": "audited"})
        assert answer.status_code == 201, answer.text

        def verify() -> dict[str, Any] | None:
            report: dict[str, Any] = json.loads(platform.manage("audit_verify", "--json"))
            return report if report["pending"] == 0 else None

        told = wait_for("all entries are linked", verify, within=30)
        assert told is not None
        assert (told["ok"], told["faults"]) == (True, [])
        assert told["entries"] == told["head"]["seq"] > 0
        (entry,) = api.get("audit/", params={"object": "group:audited"}).json()["results"]
        assert (entry["action"], entry["via"]) == ("group_created", "api")
        lines = api.get("audit/", headers={"Accept": "application/x-ndjson"}).text.splitlines()
        assert entry["id"] in {json.loads(line)["id"] for line in lines}
        assert api.delete("groups/audited/").status_code == 204
    assert "the audit trail is linked to" in platform.output()
