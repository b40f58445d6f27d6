import pytest

from accounts.roles import Role
from accounts.services.one_time import redeem_ticket
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/ws-tickets/"


def test_a_ticket_is_good_for_its_user(client):
    ann = create_user(name="ann", role=Role.VIEWER)
    client.force_login(ann)
    answer = client.post(URL)
    assert (answer.status_code, set(answer.json()), answer.json()["expires_in"]) == (
        201,
        {"ticket", "expires_in"},
        30,
    )
    assert redeem_ticket(token=answer.json()["ticket"]) == ann


def test_a_stranger_gets_none(client):
    assert client.post(URL).status_code == 401


def test_there_is_nothing_to_read(client):
    client.force_login(create_user(name="ann", role=Role.VIEWER))
    assert client.get(URL).status_code == 405
