from tests.jobs_fixtures import _clear_caches_of_other_tests as _clear_caches_of_other_tests
from tests.jobs_fixtures import dispatching as dispatching
from tests.jobs_fixtures import pooled as pooled
from tests.jobs_fixtures import write_handler as write_handler
