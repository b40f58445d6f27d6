from tests.jobs_fixtures import _nothing_remembered_from_other_tests as _nothing_remembered_from_other_tests
from tests.jobs_fixtures import dispatching as dispatching
from tests.jobs_fixtures import pooled as pooled
from tests.jobs_fixtures import relay_row as relay_row
from tests.jobs_fixtures import write_handler as write_handler
