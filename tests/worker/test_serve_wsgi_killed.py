"""`serve --wsgi` whose main process is killed: its children end with it, and the port is free for the next."""

import pytest

from tests.support.ports import find_free_port
from tests.support.waiting import wait_for
from tests.support.web import Web, is_serving, start_web

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_next_start_has_the_port(tmp_path):
    port = find_free_port()
    first = Web(port, start_web(tmp_path, port, "--wsgi"))
    wait_for("it serves", lambda: is_serving(first), within=60)
    first.program.kill()  # returns when those below it have ended
    second = Web(port, start_web(tmp_path, port, "--wsgi"))
    try:
        wait_for("the next one serves", lambda: is_serving(second), within=60)
    finally:
        second.program.stop()
