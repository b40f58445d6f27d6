"""`serve --wsgi` whose main process is killed: its children end with it, and the port is free for the next."""

import pytest

from tests.support.ports import free_port
from tests.support.waiting import wait_for
from tests.support.web import Web, serves, start

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_next_start_has_the_port(tmp_path):
    port = free_port()
    first = Web(port, start(tmp_path, port, "--wsgi"))
    wait_for("it serves", lambda: serves(first), within=60)
    first.program.kill()  # returns when those below it have ended
    second = Web(port, start(tmp_path, port, "--wsgi"))
    try:
        wait_for("the next one serves", lambda: serves(second), within=60)
    finally:
        second.program.stop()
