"""Files of handlers are parsed by many requests at once, one at a time."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

from handlers import _imports


@pytest.fixture
def _frequent_collections():
    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(20, 1, 1)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_frequent_collections")
def test_another_thread_that_parses_in_the_middle_harms_nothing(tmp_path: Path) -> None:
    """A garbage collection inside the parser may run code that lets another thread in."""
    module = _imports.Module("many", tmp_path / "many.py")
    module.file.write_text("import os\n" + "x = [1, (2, {3: 4})]\n" * 2000)
    others_turn, other_is_done, failures = threading.Event(), threading.Event(), []

    class Garbage:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            others_turn.set()
            other_is_done.wait(0.2)

    def parse_below(depth: int) -> None:
        if depth:
            parse_below(depth - 1)
            return
        others_turn.wait(10)
        try:
            _imports._parse_imports(module, 2, 2)
        except SystemError as error:
            failures.append(error)
        other_is_done.set()

    other = threading.Thread(target=parse_below, args=(50,))
    other.start()
    Garbage()
    assert _imports._parse_imports(module, 1, 1) == ("os",)
    other.join()
    assert failures == []
    assert others_turn.is_set()
