"""What is printed becomes lines, as a terminal would show them."""

from __future__ import annotations

import tracemalloc

import pytest

from handlers._unfinished_line import MAX_UNBROKEN
from jobs.running.capture import LineWriter


class Lines:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.writer = LineWriter(lambda _level, text: self.texts.append(text), "info", 1)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["one\ntwo\n"], ["one", "two"]),
        (["a", "b", "\n"], ["ab"]),
        (["10%\r", "20%\r", "100%\n"], ["100%"]),
        (["\r10%", "\r20%", "\r100%", "\n"], ["100%"]),
        (["10%\r", "\r", "\n"], ["10%"]),
        (["one\r\n", "two\r", "\n"], ["one", "two"]),
        (["old\r", "n", "ew\n"], ["new"]),
        (["old\rne", "w\r", "\nnext\n"], ["new", "next"]),
        (["\x1b[2K50 %\r\x1b[2K60 %\n"], ["\x1b[2K60 %"]),
        (["\n", "\r\n"], ["", ""]),
    ],
    ids=[
        "lines", "in_parts", "drawn_again", "returned_first", "returned_twice", "line_ends_of_windows",
        "again_in_parts", "again_within_a_part", "escapes", "empty_lines",
    ],
)  # fmt: skip
def test_a_line_is_what_is_left_of_it_when_it_ends(
    lines: Lines, written: list[str], expected: list[str]
) -> None:
    for text in written:
        lines.writer.write(text)
    lines.writer.finish()
    assert lines.texts == expected


def test_a_progress_bar_drawn_10_000_times_is_one_line(lines: Lines) -> None:
    for n in range(10_000):
        lines.writer.write(f"\r{n / 100:.2f} %")
    assert lines.texts == []
    lines.writer.finish()
    assert lines.texts == ["99.99 %"]


@pytest.mark.parametrize(
    "part", ["x" * 100_000, "\r" + "x" * 100_000], ids=["without_returns", "with_returns"]
)
def test_a_line_without_end_takes_bounded_memory(lines: Lines, part: str) -> None:
    tracemalloc.start()
    try:
        for _ in range(2_000):
            lines.writer.write(part)
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_UNBROKEN
    finally:
        tracemalloc.stop()
    lines.writer.write("\n")
    assert len(lines.texts[0]) <= MAX_UNBROKEN


def test_programs_and_faulthandler_find_the_descriptor_behind_it(lines: Lines) -> None:
    assert lines.writer.fileno() == 1


def test_it_can_be_set_up_as_any_text_stream(lines: Lines) -> None:
    lines.writer.reconfigure(line_buffering=True, encoding="latin-1")  # as scripts do at their beginning
    lines.writer.write("ü\n")
    assert lines.texts == ["ü"]
