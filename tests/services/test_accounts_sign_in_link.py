import io
import re

import pytest
from django.core.management import CommandError, call_command

from accounts.origin import Origin
from accounts.roles import SYSTEM, Role
from accounts.services.one_time import redeem_sign_in_link
from accounts.services.users import change_user, create_user

pytestmark = pytest.mark.django_db


def run(*args):
    out = io.StringIO()
    call_command("sign_in_link", *args, stdout=out)
    return out.getvalue()


def test_it_prints_the_path_of_a_link_that_works():
    ann = create_user(name="ann", role=Role.VIEWER)
    path = re.fullmatch(r"/sign-in/([\w-]{40,})/\n", run("ann"))
    assert redeem_sign_in_link(token=path[1], origin=Origin()) == ann


def test_it_refuses_unknown_and_inactive_users():
    change_user(user=create_user(name="ann", role=Role.VIEWER), by=SYSTEM, active=False)
    for name in ("ann", "nobody"):
        with pytest.raises(CommandError, match=f"no active user {name}"):
            run(name)


@pytest.mark.parametrize("minutes", ["0", "-5", "10081"])
def test_it_refuses_a_useless_or_endless_time(minutes):
    create_user(name="ann", role=Role.VIEWER)
    with pytest.raises(CommandError, match="from 1 to 10080"):
        run("ann", f"--minutes={minutes}")
