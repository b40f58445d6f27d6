"""A handler that is added or edited while the platform runs is used by the next job, without a restart."""

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
    return api.ended(api.create("fresh")["job_id"])["result"]
