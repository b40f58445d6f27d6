"""Two platforms on the same servers go by different names, and all processes of one by the same."""

from __future__ import annotations

import pytest

from foundation.env import BadSetting
from scheduler_project.platform_name import derive, validate

URL = "postgresql://me:secret@db:5432/jobs"


def test_it_is_the_same_whatever_way_a_process_reaches_the_database():
    ways = [URL, "postgres://127.0.0.1:9999/jobs", "postgresql://other@pool/jobs?sslmode=require"]
    assert len({derive("key", url) for url in ways}) == 1


def test_another_database_or_another_secret_makes_another_platform():
    assert len({derive("key", URL), derive("other", URL), derive("key", URL + "2")}) == 3


def test_the_secret_is_not_in_it():
    assert len(derive("key", URL)) == 8


@pytest.mark.parametrize("name", ["", "blue", "blue-2", "a" * 32])
def test_a_name_may_be_given(name):
    assert validate(name) == name


@pytest.mark.parametrize("name", ["Blue", "a b", "a:b", "a.b", "-a", "a-", "a" * 33, "*", "a\nb"])
def test_a_name_that_could_not_be_part_of_a_key_stops_the_start(name):
    with pytest.raises(BadSetting, match="PLATFORM_NAME"):
        validate(name)
