"""Payloads are validated as the table of cases says; the browser's validation is tested with the same table."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid
from templates_app.payload_schema import complete_payload
from templates_app.payload_schema.fields import TYPES
from tests.support import pages
from tests.support.compiled_cases import COMPILED, compile_group, read_table, render_compiled_table

GROUPS = read_table()


@pytest.mark.parametrize("group", GROUPS, ids=[group["name"] for group in GROUPS])
def test_every_case_is_validated_as_the_table_says(group: dict[str, Any]) -> None:
    spec = compile_group(group)
    found = []
    for case in group["cases"]:
        try:
            complete_payload(spec, case["value"], job_type="t")
            problems = []
        except Invalid as exc:
            problems = [{"attr": one.attr, "code": one.code, "detail": one.detail} for one in exc.problems]
        found.append({"value": case["value"], "problems": problems})
    assert found == group["cases"]


def test_the_table_has_many_cases_of_every_type() -> None:
    values = [case for group in GROUPS for case in group["cases"]]
    assert len(values) >= 150
    assert len([case for case in values if case["problems"]]) >= 100
    text = str([group["payload_schema"] for group in GROUPS])
    assert [kind for kind in TYPES if f"'type': '{kind}'" not in text] == []


def test_every_code_of_the_table_is_explained_to_users_of_the_api() -> None:
    explained = {
        name
        for row in pages.parse_rows(pages.read_section("docs/api.md", "Payloads"))
        for name in pages.parse_names(row[0])
    }
    codes = {problem["code"] for group in GROUPS for case in group["cases"] for problem in case["problems"]}
    assert codes <= explained
    assert explained - codes == {"too_large", "SECRET_MISSING", "host_not_allowed"}


def test_the_compiled_schemas_for_the_browser_are_up_to_date() -> None:
    assert COMPILED.read_text() == render_compiled_table(), (
        "run .venv/bin/python -m tests.support.compiled_cases"
    )
