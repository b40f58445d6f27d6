"""Who acts in each `manage.py` command of the platform: whoever may run it on the machine, and the audit trail says so.

A command that is missing from the table fails the test.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands, load_command_class

from accounts.actors import shell_actor
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.services.users import create_user
from tests.factories import OTP, document

pytestmark = pytest.mark.django_db
# Command -> what is typed after it, and which actions it records. `FILE` is one with a template.
RECORDS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "create_user": (("ben", "--role", "viewer", "--token"), {"user_created", "token_issued"}),
    "sign_in_link": (("ann",), {"sign_in_link_made"}),
    "import_templates": (("FILE",), {"template_created"}),
    "rotate_secrets": ((), {"secrets_rotated"}),
    "export_templates": ((), set()),
    "audit_verify": ((), set()),
}
# Change nothing that anybody has a right to: processes of the platform, the schema, files beside the code, checks.
OTHERS = {"serve", "dispatch", "migrate", "new_handler", "doctor"}


def own_commands() -> set[str]:
    own = {name for name, app in get_commands().items() if isinstance(app, str) and _is_own(app)}
    assert own
    return own


def _is_own(app: str) -> bool:
    folder = Path(str(import_module(app).__file__)).resolve().parent if app != "django.core" else Path("/")
    return folder.parent == Path(settings.BASE_DIR).resolve()


def test_every_command_has_an_entry() -> None:
    assert sorted([*RECORDS, *OTHERS]) == sorted(own_commands())


@pytest.mark.parametrize("name", sorted([*RECORDS, *OTHERS]))
def test_no_command_acts_as_somebody_else(name: str) -> None:
    command = load_command_class(get_commands()[name], name)
    options = {
        word for action in command.create_parser("manage.py", name)._actions for word in action.option_strings
    }
    assert not options & {"--as", "--user", "--by"}


@pytest.mark.parametrize("name", RECORDS)
def test_what_it_changes_is_recorded_as_of_who_runs_the_machine(name: str, tmp_path: Path) -> None:
    create_user(name="ann", role=Role.ADMIN)
    file = tmp_path / "templates.json"
    file.write_text(json.dumps({OTP: document()}))
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    words, actions = RECORDS[name]
    call_command(name, *(str(file) if word == "FILE" else word for word in words))
    entries = AuditEntry.objects.exclude(pk__in=before)
    assert {entry.action for entry in entries} == actions
    assert {(entry.actor, entry.via) for entry in entries} <= {(shell_actor().name, "cli")}
