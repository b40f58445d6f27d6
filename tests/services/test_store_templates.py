"""Storing one template: versions, conflicts, archive, delete."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.errors import Conflict, NotFound
from templates_app.documents import TemplateSpec, parse_document
from templates_app.models import JobTemplate, TemplateVersion
from templates_app.queries import get_template, version_spec, versions_of
from templates_app.services import (
    StoreOutcome,
    archive_template,
    delete_template,
    prepare_template,
    refuse_stale,
    store_template,
)

pytestmark = pytest.mark.django_db


def spec(job_type: str = "store_job", **changes: Any) -> TemplateSpec:
    return parse_document(
        {
            "type": job_type,
            "startInSeconds": 1,
            "userTriggered": True,
            "rescheduleAfterTermination": False,
            "payload_schema": {"n": {"type": "int"}},
            "payload": {"n": 1},
            **changes,
        }
    )


def store(given: TemplateSpec, actor: str = "ann", **options: Any) -> StoreOutcome:
    return store_template(prepared=prepare_template(given), actor_name=actor, **options).outcome


def test_a_new_template_is_created_as_version_1_and_mirrored_in_columns() -> None:
    given = spec(label="Store", queue="mail", priority=3, maxConcurrent=2, enabled=False, userTriggered=False)
    assert store(given) is StoreOutcome.CREATED

    template = get_template("store_job")
    assert (template.version, template.label, template.queue, template.priority) == (1, "Store", "mail", 3)
    assert (template.max_concurrent, template.enabled, template.user_triggered) == (2, False, False)
    assert (template.reschedule, template.archived, template.updated_by) == (False, False, "ann")
    assert template.updated_at is not None


def test_the_document_is_kept_as_its_author_wrote_it() -> None:
    given = spec(payload={"n": 1.0}, label="Größe", description="b", queue="a")
    store(given)
    kept = get_template("store_job").versions.get().document
    assert kept == json.dumps(given.document, ensure_ascii=False)
    assert list(json.loads(kept)) == list(given.document)


def test_a_change_makes_a_new_version_and_keeps_the_old_one() -> None:
    store(spec())
    assert store(spec(label="New"), actor="bob") is StoreOutcome.UPDATED

    assert get_template("store_job").version == 2
    assert get_template("store_job").label == "New"
    assert [(row.number, row.created_by) for row in versions_of("store_job")] == [(2, "bob"), (1, "ann")]
    assert version_spec("store_job", 1).label == "Store job"
    assert version_spec("store_job", 2).label == "New"


def test_the_same_document_changes_nothing() -> None:
    store(spec())
    before = get_template("store_job").updated_at
    reordered = dict(reversed(list(spec().document.items())))
    assert store(parse_document(reordered), actor="bob") is StoreOutcome.UNCHANGED

    template = get_template("store_job")
    assert (template.version, template.updated_by, template.updated_at) == (1, "ann", before)


@pytest.mark.parametrize(
    ("one", "other"),
    [({"n": 1}, {"n": 1.0}), ({"v": True}, {"v": 1}), ({"v": "1"}, {"v": 1}), ({}, {"v": None})],
)
def test_json_that_differs_is_a_change(one: dict[str, Any], other: dict[str, Any]) -> None:
    fields = {"n": {"type": "float"}, "v": None}
    store(spec(payload_schema=fields, payload=one))
    assert store(spec(payload_schema=fields, payload=other)) is StoreOutcome.UPDATED


def test_a_stale_version_is_a_conflict() -> None:
    store(spec())
    store(spec(label="Second"), expected_version=1)

    with pytest.raises(Conflict) as caught:
        store(spec(label="Third"), expected_version=1)

    (problem,) = caught.value.problems
    assert problem.code == "version_conflict"
    assert "version 2" in problem.detail
    assert get_template("store_job").label == "Second"
    with pytest.raises(Conflict):
        refuse_stale(get_template("store_job"), 1)
    refuse_stale(get_template("store_job"), 2)
    refuse_stale(get_template("store_job"), None)


def test_a_version_expected_of_a_template_that_does_not_exist_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="does not exist"):
        store(spec(), expected_version=1)
    assert not JobTemplate.objects.exists()


def test_storing_an_archived_template_brings_it_back_without_a_new_version() -> None:
    store(spec())
    assert archive_template(job_type="store_job", actor_name="bob")
    assert get_template("store_job").archived
    assert not archive_template(job_type="store_job", actor_name="bob")

    assert store(spec(), actor="cleo") is StoreOutcome.UPDATED

    template = get_template("store_job")
    assert (template.archived, template.version, template.updated_by) == (False, 1, "cleo")


def test_a_deleted_template_is_gone_with_its_history() -> None:
    store(spec())
    delete_template(job_type="store_job", actor_name="ann")
    with pytest.raises(NotFound):
        get_template("store_job")
    assert not TemplateVersion.objects.exists()


def test_a_version_number_never_means_two_documents() -> None:
    store(spec(label="First life"))
    store(spec(label="First life, changed"))
    delete_template(job_type="store_job", actor_name="ann")

    assert store(spec(label="Second life")) is StoreOutcome.CREATED

    assert get_template("store_job").version == 3
    assert version_spec("store_job", 3).label == "Second life"


@pytest.mark.parametrize("verb", [archive_template, delete_template])
def test_what_does_not_exist_cannot_be_removed(verb: Any) -> None:
    with pytest.raises(NotFound) as caught:
        verb(job_type="no_such_job", actor_name="ann")
    assert (caught.value.problems[0].code, caught.value.problems[0].attr) == ("not_found", "job_type")


def test_a_template_with_jobs_is_not_deleted() -> None:
    from jobs.models import Series

    store(spec())
    Series.objects.create(template_id="store_job", every_seconds=1, created_by="ann")

    with pytest.raises(Conflict) as caught:
        delete_template(job_type="store_job", actor_name="ann")

    assert caught.value.problems[0].code == "in_use"
    assert get_template("store_job").version == 1


def test_the_database_refuses_facts_that_cannot_be() -> None:
    store(spec())
    template = JobTemplate.objects.filter(type="store_job")
    for broken in ({"version": 0}, {"priority": 10}, {"max_concurrent": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            template.update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.create(template_id="store_job", number=1, document="{}", created_by="ann")


def test_a_version_that_was_rolled_back_is_not_cached() -> None:
    with transaction.atomic():
        store(spec(label="Rolled back"))
        assert version_spec("store_job", 1).label == "Rolled back"
        transaction.set_rollback(True)

    store(spec(label="Stored"))

    assert version_spec("store_job", 1).label == "Stored"


@pytest.mark.django_db(transaction=True)
def test_a_committed_version_is_read_once(django_assert_num_queries: Any) -> None:
    store(spec("remembered_job"))
    version_spec("remembered_job", 1)
    with django_assert_num_queries(0):
        assert version_spec("remembered_job", 1).type == "remembered_job"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_create_a_template_at_once_one_creates_and_all_others_agree() -> None:
    together = threading.Barrier(6)

    def create(number: int) -> StoreOutcome:
        try:
            together.wait(timeout=10)
            return store(spec("raced_job"), actor=f"actor-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = Counter(pool.map(create, range(6)))

    assert outcomes == {StoreOutcome.CREATED: 1, StoreOutcome.UNCHANGED: 5}
    assert TemplateVersion.objects.filter(template="raced_job").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_change_the_same_version_one_wins() -> None:
    store(spec("contested_job"))
    together = threading.Barrier(6)

    def change(number: int) -> bool:
        try:
            together.wait(timeout=10)
            store(spec("contested_job", label=f"by {number}"), expected_version=1)
        except Conflict:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(change, range(6))) == [False] * 5 + [True]
    assert get_template("contested_job").version == 2
