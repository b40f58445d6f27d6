"""What docs/handlers.md has one import and run, on a platform."""

import shlex

from tests.conftest import only_embedded
from tests.support.tutorial import FILES, find_command

NAME = "resize_images"


@only_embedded
def test_its_handler_is_imported_and_runs(platform):
    for kind in ("py", "json"):
        (platform.handlers / f"{NAME}.{kind}").write_text(FILES[f"handlers/{NAME}.{kind}"])
    _, _, *importing = shlex.split(find_command("import_templates"))
    file = str(platform.handlers / f"{NAME}.json")
    platform.manage(*[file if word.endswith(".json") else word for word in importing])
    creating = shlex.split(find_command("jobs create"))
    shown = platform.jobs(*creating[creating.index("jobs") + 1 :])
    assert "succeeded" in shown
    assert "3-640.jpg" in shown

    with platform.api() as api:
        answer = api.post(
            "jobs/", json={"job_type": NAME, "payload": {"user_id": 7, "images": 100, "width": 4000}}
        )
        assert answer.status_code == 400
        assert [(one["attr"], one["code"]) for one in answer.json()["errors"]] == [
            ("payload.width", "invalid")
        ]
