import pytest

from accounts.roles import Role
from tests.api.caller import Caller
from tests.api.oidc_fixtures import browser as browser
from tests.api.oidc_fixtures import open_browser as open_browser
from tests.api.oidc_fixtures import provider as provider
from tests.jobs_fixtures import _clear_caches_of_other_tests as _clear_caches_of_other_tests
from tests.jobs_fixtures import dispatching as dispatching
from tests.jobs_fixtures import pooled as pooled
from tests.jobs_fixtures import write_handler as write_handler


@pytest.fixture
def nobody(db: None) -> Caller:
    return Caller(None)


@pytest.fixture
def viewer(db: None) -> Caller:
    return Caller(Role.VIEWER)


@pytest.fixture
def operator(db: None) -> Caller:
    return Caller(Role.OPERATOR)


@pytest.fixture
def editor(db: None) -> Caller:
    return Caller(Role.EDITOR)
