"""A migration that has landed is never edited: databases that ran it would never get the change."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.support.tracked import ROOT, list_tracked_files

# As sha256sum writes and checks it.
RECORDED = Path(__file__).with_name("migrations.sha256")
HOW_TO_RECORD = f"sha256sum {{}} >> {RECORDED.relative_to(ROOT)}"


def recorded() -> dict[str, str]:
    lines = (line.split() for line in RECORDED.read_text().splitlines())
    return {name: digest for digest, name in lines}


def there() -> dict[str, str]:
    files = list_tracked_files(
        "*/migrations/[0-9]*.py", "*/own_migrations/[0-9]*.py", "*/own_migrations/_[0-9]*.py"
    )
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_no_migration_that_landed_was_edited_renamed_or_removed() -> None:
    found = there()
    changed = [name for name, digest in recorded().items() if found.get(name) != digest]
    assert not changed, f"restore {', '.join(changed)}, and make a new migration of the change"


def test_each_migration_is_recorded() -> None:
    new = sorted(there().keys() - recorded().keys())
    assert not new, "when it is as it shall land, record it: " + HOW_TO_RECORD.format(" ".join(new))


def test_numbers_are_given_once() -> None:
    numbers = [name[: name.index("migrations/") + len("migrations/0000")] for name in there()]
    assert len(set(numbers)) == len(numbers)
