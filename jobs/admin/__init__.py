"""Admin pages of jobs and series: for reading; every act goes through the services."""

from jobs.admin.job import JobAdmin
from jobs.admin.series import SeriesAdmin

__all__ = ["JobAdmin", "SeriesAdmin"]
