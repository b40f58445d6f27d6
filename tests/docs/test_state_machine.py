"""docs/internals/states.md draws the moves that its table lists, in the words and with the verbs of the code."""

from __future__ import annotations

import inspect
import re

from jobs import transitions
from jobs.states import TERMINAL, EventKind, Reason, State
from tests.support import pages

PAGE = "docs/internals/states.md"
OUTSIDE = "[*]"


def _machine() -> str:
    return pages.read_section(PAGE, "The state machine")


def _moves() -> list[list[str]]:
    return [row for row in pages.parse_rows(_machine()) if len(row) == 6]


def _drawn() -> set[tuple[str, str]]:
    return set(re.findall(r"^    (\S+) --> (\S+)$", _machine(), re.MULTILINE))


def test_the_drawing_and_the_table_have_the_same_moves() -> None:
    ends = {(state.value, OUTSIDE) for state in TERMINAL}
    assert _drawn() - ends == {(row[0], row[1]) for row in _moves()}
    assert ends <= _drawn()


def test_every_state_is_entered_and_no_terminal_one_is_left() -> None:
    assert {row[1] for row in _moves()} == {state.value for state in State}
    assert not {row[0] for row in _moves()} & {state.value for state in TERMINAL}


def test_every_verb_of_the_package_is_on_the_page_and_no_other() -> None:
    verbs = {name for name in transitions.__all__ if inspect.isfunction(getattr(transitions, name))}
    changes = [row for row in pages.parse_rows(_machine()) if len(row) == 3]
    named = {name for row in _moves() for name in pages.parse_names(row[4])}
    named |= {name for row in changes for name in pages.parse_names(row[0])}
    assert named - {"series_jobs"} == verbs


def test_every_kind_of_event_and_every_reason_is_on_the_page() -> None:
    words = set(pages.parse_names(_machine()))
    assert {kind.value for kind in EventKind} <= words
    assert {reason.value for reason in Reason} <= words
