"""Two editors change one template at the same time: no change is lost silently."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from catalogue import services
from templates_app.documents import parse_document
from tests.api.caller import Caller, refused
from tests.factories import EDITOR, OTP, document, store
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db(transaction=True)
ONE = f"templates/{OTP}/"


@pytest.fixture
def all_have_read(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """From then on the first save of each of so many threads waits until all have come so far."""
    save, thread = services.save_template, threading.local()

    def wait_for_each_other(number: int) -> None:
        all_here = threading.Barrier(number, timeout=30)

        def meet_and_save(**given: Any) -> Any:
            if not hasattr(thread, "met"):
                thread.met = True
                all_here.wait()
            return save(**given)

        monkeypatch.setattr(services, "save_template", meet_and_save)

    return wait_for_each_other


def at_once(caller: Caller, method: str, path: str, *bodies: Any, **headers: str) -> list[Any]:
    answers: list[Any] = []
    together(
        *[lambda body=body: answers.append(caller.send(method, path, body, **headers)) for body in bodies]
    )
    return answers


def test_changes_of_different_keys_at_once_all_hold(
    editor: Caller, all_have_read: Callable[[int], None]
) -> None:
    store(document())
    changes: list[dict[str, Any]] = [
        {"label": "Another"},
        {"priority": 7},
        {"maxAttempts": 3},
        {"description": "What it does"},
    ]
    all_have_read(len(changes))
    answers = at_once(editor, "PATCH", ONE, *changes)
    assert [answer.status_code for answer in answers] == [200] * len(changes)
    found = editor.get(ONE).json()
    assert found["meta"]["version"] == 1 + len(changes)
    for change in changes:
        assert change.items() <= found.items()


def test_who_names_the_version_learns_that_another_came_first(
    editor: Caller, all_have_read: Callable[[int], None]
) -> None:
    store(document())
    all_have_read(2)
    answers = at_once(editor, "PATCH", ONE, {"label": "Another"}, {"priority": 7}, If_Match='"1"')
    (lost,) = [answer for answer in answers if answer.status_code != 200]
    assert refused(lost) == (409, [(None, "version_conflict")])
    assert editor.get(ONE).json()["meta"]["version"] == 2


def test_a_change_that_always_comes_late_is_refused_in_the_end(
    editor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(document(priority=9))
    save = services.save_template
    tries: list[int] = []

    def come_late(**given: Any) -> Any:
        tries.append(given["expected_version"])
        save(spec=parse_document(document(priority=len(tries) % 9)), actor=EDITOR)
        return save(**given)

    monkeypatch.setattr(services, "save_template", come_late)
    assert refused(editor.send("PATCH", ONE, {"label": "x"})) == (409, [(None, "version_conflict")])
    assert tries == list(range(1, len(tries) + 1))
    assert 1 < len(tries) <= 10


def test_of_two_new_ones_of_a_type_one_is_made_and_the_other_is_refused(
    editor: Caller, all_have_read: Callable[[int], None]
) -> None:
    all_have_read(2)
    answers = at_once(editor, "POST", "templates/", document(label="one"), document(label="two"))
    made, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert made.status_code == 201
    assert refused(lost) == (409, [("type", "already_exists")])
    found = editor.get(ONE).json()
    assert (found["meta"]["version"], found["label"]) == (1, made.json()["label"])
