"""Importing and exporting whole files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from accounts.roles import SYSTEM
from catalogue import importing
from catalogue.export import export_documents
from catalogue.importing import ImportReport, import_templates
from foundation.errors import Conflict, Problem
from templates_app.documents import parse_file
from templates_app.models import JobTemplate, TemplateVersion
from templates_app.queries import get_template
from templates_app.services import archive_template, store_template
from tests.factories import EDITOR

pytestmark = pytest.mark.django_db
ODD_SHAPES = Path(__file__).parents[1] / "fixtures" / "odd_shapes.json"


@pytest.fixture
def file() -> dict[str, Any]:
    """Four templates of odd shapes, as a file in the wild has them."""
    data: dict[str, Any] = json.loads(ODD_SHAPES.read_text())
    return data


def take(data: dict[str, Any], **options: Any) -> ImportReport:
    return import_templates(specs=parse_file(data), actor=EDITOR, **options)


def test_importing_twice_creates_and_then_changes_nothing(file: dict[str, Any]) -> None:
    first = take(file)
    assert first.created == sorted(file)
    assert (first.updated, first.unchanged, first.archived) == ([], [], [])

    second = take(file)
    assert second.unchanged == sorted(file)
    assert (second.created, second.updated, second.archived) == ([], [], [])
    assert TemplateVersion.objects.count() == 4


def test_it_reports_what_changed(file: dict[str, Any]) -> None:
    take(file)
    file["range_job"]["startInSeconds"] = 20
    report = take(file)
    assert report.updated == ["range_job"]
    assert len(report.unchanged) == 3
    assert get_template("range_job").version == 2


def test_warnings_bring_the_path_from_the_files_root(file: dict[str, Any]) -> None:
    warnings = [w for w in take(file).as_json()["warnings"] if w["code"] != "HANDLER_NOT_FOUND"]
    assert [(w["code"], w["attr"], w["value"]) for w in warnings] == [
        ("DEFAULT_NOT_IN_OPTIONS", "array_default_job.payload.filter", ["purple"]),
        ("ENDLESS_USER_JOB", "endless_job.rescheduleAfterTermination", True),
    ]
    assert all(w["detail"] and w["remedy"] for w in warnings)


def test_the_answer_has_the_documented_keys(file: dict[str, Any]) -> None:
    assert list(take(file).as_json()) == ["created", "updated", "unchanged", "archived", "warnings"]


def test_a_dry_run_reports_and_stores_nothing(file: dict[str, Any]) -> None:
    take({"range_job": file["range_job"]})
    file["range_job"]["startInSeconds"] = 20

    report = take(file, dry_run=True, prune=True)

    assert report.updated == ["range_job"]
    assert len(report.created) == 3
    assert JobTemplate.objects.count() == 1
    assert get_template("range_job").version == 1


def test_after_an_error_nothing_is_stored(file: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[str] = []

    def fail_at_the_third(**options: Any) -> Any:
        if len(stored) == 2:
            raise Conflict(Problem("test", "in the middle"))
        stored.append(options["prepared"].spec.type)
        return store_template(**options)

    monkeypatch.setattr(importing, "store_template", fail_at_the_third)
    with pytest.raises(Conflict):
        take(file)
    assert len(stored) == 2
    assert not JobTemplate.objects.exists()


def test_prune_archives_what_the_file_leaves_out(file: dict[str, Any]) -> None:
    take(file)
    archive_template(job_type="endless_job", actor_name="ann")

    report = take({"range_job": file["range_job"]}, prune=True)

    assert report.archived == ["array_default_job", "null_fields_job"]
    assert report.unchanged == ["range_job"]
    assert JobTemplate.objects.filter(archived=False).count() == 1


def test_importing_an_archived_type_brings_it_back(file: dict[str, Any]) -> None:
    take(file)
    archive_template(job_type="range_job", actor_name="ann")
    assert take(file).updated == ["range_job"]
    assert not get_template("range_job").archived


def test_export_gives_back_what_came_in(file: dict[str, Any]) -> None:
    take(file)
    exported = export_documents(SYSTEM)
    assert list(exported) == sorted(file)
    for job_type, document in exported.items():
        assert json.dumps(document) == json.dumps(file[job_type])
    assert take(exported).unchanged == sorted(file)


def test_export_has_current_versions_of_what_is_not_archived(file: dict[str, Any]) -> None:
    take(file)
    file["range_job"]["startInSeconds"] = 20
    take(file)
    archive_template(job_type="endless_job", actor_name="ann")

    exported = export_documents(SYSTEM)

    assert exported["range_job"]["startInSeconds"] == 20
    assert "endless_job" not in exported
    take({"endless_job": file["endless_job"]}, dry_run=True)
    assert "endless_job" not in export_documents(SYSTEM)


def test_export_asks_the_database_three_times_however_many_templates(
    file: dict[str, Any], django_assert_num_queries: Any
) -> None:
    take(file)
    with django_assert_num_queries(3):
        export_documents(SYSTEM)


def test_a_failing_database_stores_nothing(file: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(importing, "_prune", away)
    with pytest.raises(DatabaseError):
        take(file, prune=True)
    assert not JobTemplate.objects.exists()
