"""What the terminal shows, and that a closed terminal stops nothing."""

from __future__ import annotations

import io
import sys

import pytest

from launcher import output


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Closed(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_a_line_stands_behind_the_name_of_its_process(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_line("web", "hello")
    output.show_line("dispatcher", "hello")
    assert capsys.readouterr().out == "web        | hello\ndispatcher | hello\n"


def test_a_terminal_gets_colours_unless_it_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    output.show_line("web", "hello")
    assert terminal.getvalue() == "\x1b[36mweb        |\x1b[0m hello\n"
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", plain := Terminal())
    output.show_line("web", "hello")
    assert plain.getvalue() == "web        | hello\n"


def test_a_closed_terminal_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Closed())
    output.say("nobody hears this")
