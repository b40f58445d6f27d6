"""docs/operators.md says what the lines of each logger of ours mean."""

from __future__ import annotations

import re

from tests.support import pages

_LOGS = re.compile(r"\blog\.(debug|info|warning|error|critical|exception)\(")


def test_every_module_that_logs_is_in_the_table_and_no_other() -> None:
    loggers = {
        ".".join(file.relative_to(pages.ROOT).with_suffix("").parts)
        for file in pages.list_sources()
        if _LOGS.search(file.read_text())
    }
    rows = pages.parse_rows(pages.read_section("docs/operators.md", "Log lines"))
    explained = {name for row in rows for name in pages.parse_names(row[0])}
    assert {name for name in explained if not name.startswith("celery.")} == loggers
