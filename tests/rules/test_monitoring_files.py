"""The alert rules and the dashboard ask for metrics that there are, and each alert is tested and explained."""

from __future__ import annotations

import json
import re
from typing import Any

from ruamel.yaml import YAML

from scheduler_project.metric_families import PREFIX
from tests.support import pages
from tests.support.monitoring import ALERTS, ALERTS_TEST, list_dashboard_queries

# A histogram's and a counter's samples have further names.
SUFFIXES = re.compile("_(bucket|sum|count)$")
NAMES = {
    SUFFIXES.sub("", found)
    for row in pages.parse_rows(pages.read_section("docs/operators.md", "Metrics"))
    for found in re.findall(r"`([a-z_]+)(?:\{[a-z,_]+\})?`", row[0])
}


def load(path: Any) -> Any:
    return YAML(typ="safe").load(path)


def names_in(expression: str) -> set[str]:
    return {SUFFIXES.sub("", found) for found in re.findall(rf"{PREFIX}(\w+)", expression)}


def alerts() -> list[dict[str, Any]]:
    return [rule for group in load(ALERTS)["groups"] for rule in group["rules"]]


def test_alerts_and_dashboard_ask_for_metrics_that_there_are() -> None:
    asked = set().union(
        *(names_in(rule["expr"]) for rule in alerts()), *map(names_in, list_dashboard_queries())
    )
    assert asked
    assert asked <= NAMES


def test_each_metric_is_on_the_dashboard() -> None:
    assert set().union(*map(names_in, list_dashboard_queries())) == NAMES


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    cases = [case for test in load(ALERTS_TEST)["tests"] for case in test["alert_rule_test"]]
    names = {rule["alert"] for rule in alerts()}
    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == names
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == names


def test_the_runbook_explains_each_alert_and_no_other() -> None:
    explained = [
        row[0].strip("`") for row in pages.parse_rows(pages.read_section("docs/runbook.md", "Alerts"))
    ]
    assert sorted(explained) == sorted(rule["alert"] for rule in alerts())


def test_the_dashboard_names_no_server_of_ours() -> None:
    text = json.dumps(list_dashboard_queries())
    assert "http" not in text
