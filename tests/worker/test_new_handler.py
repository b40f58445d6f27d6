"""A handler that is added or edited while the platform runs is used by the next job, without a restart."""

import json

TEMPLATE = {
    "type": "fresh",
    "startInSeconds": 0,
    "userTriggered": True,
    "rescheduleAfterTermination": False,
    "payload_schema": {},
    "payload": {},
}


def test_it_is_picked_up_without_a_restart(platform):
    pids = platform.pids()
    file = platform.handlers / "fresh.py"
    with platform.api() as api:
        file.write_text("def fresh(data):\n    return 'first'\n")
        api.post("templates/import/", json={"fresh": TEMPLATE}).raise_for_status()
        assert result(api) == "first"
        file.write_text("def fresh(data):\n    return 'edited'\n")
        assert result(api) == "edited"
    assert platform.pids() == pids


def result(api):
    return api.await_end(api.create("fresh")["job_id"])["result"]


def test_an_edited_helper_module_is_used_by_the_next_job(platform):
    (platform.handlers / "fresh_parts.py").write_text("N = 1\n")
    (platform.handlers / "fresh.py").write_text(
        f"from {platform.handlers.name} import fresh_parts\n\ndef fresh(data):\n    return fresh_parts.N\n"
    )
    with platform.api() as api:
        api.post("templates/import/", json={"fresh": TEMPLATE}).raise_for_status()
        assert result(api) == 1
        (platform.handlers / "fresh_parts.py").write_text("N = 2\n")
        assert result(api) == 2


def test_what_cannot_run_is_refused_and_accepted_when_it_is_mended(platform):
    file = platform.handlers / "fresh.py"
    with platform.api() as api:
        file.write_text("raise SystemExit\n")
        report = api.post("templates/import/", json={"fresh": TEMPLATE}).json()
        assert "HANDLER_BROKEN" in [warning["code"] for warning in report["warnings"]]
        refused = api.post("jobs/", json={"job_type": "fresh"})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "HANDLER_BROKEN")
        file.write_text("def fresh(data):\n    return 'mended'\n")
        assert result(api) == "mended"


def test_commands_beside_the_platform_find_its_packages(platform):
    """By the state directory alone: neither HANDLER_PACKAGES nor PYTHONPATH is set for them."""
    (platform.handlers / "fresh.py").write_text("def fresh(data):\n    return 'beside'\n")
    with platform.api() as api:
        api.post("templates/import/", json={"fresh": TEMPLATE}).raise_for_status()
    job = json.loads(platform.jobs("create", "fresh", "--follow", "--json"))
    assert (job["state"], job["result"]) == ("succeeded", "beside")
    code = "from handlers.testing import run; print(run('fresh', {}).result)"
    assert platform.python("-c", code) == "beside"
