"""Maps addresses below /api/v1/ to the REST views of jobs, operations, series and monitoring."""

from __future__ import annotations

from django.urls import path

from jobs.api import audit, job, jobs, many, monitoring, operations, series, stats

urlpatterns = [
    path("jobs/", jobs.JobsView.as_view()),
    path("jobs/bulk/", jobs.BulkView.as_view()),
    path("jobs/counts/", jobs.CountsView.as_view()),
    path("jobs/terminate/", many.TerminateManyView.as_view()),
    path("jobs/rerun/", many.RerunManyView.as_view()),
    path("jobs/<uuid:job_id>/", job.JobView.as_view()),
    path("jobs/<uuid:job_id>/events/", job.HistoryView.as_view()),
    path("jobs/<uuid:job_id>/log/", job.LogView.as_view()),
    path("jobs/<uuid:job_id>/terminate/", job.TerminateView.as_view()),
    path("jobs/<uuid:job_id>/rerun/", job.RerunView.as_view()),
    path("jobs/<uuid:job_id>/progress/", job.ProgressView.as_view()),
    path("operations/", operations.OperationsView.as_view()),
    path("operations/<uuid:operation_id>/", operations.OperationView.as_view(), name="operation"),
    path("operations/<uuid:operation_id>/cancel/", operations.CancelView.as_view()),
    path("series/", series.AllSeriesView.as_view()),
    path("series/preview/", series.PreviewView.as_view()),
    path("series/<uuid:series_id>/", series.OneSeriesView.as_view()),
    path("series/<uuid:series_id>/pause/", series.PauseView.as_view()),
    path("series/<uuid:series_id>/resume/", series.ResumeView.as_view()),
    path("series/<uuid:series_id>/run_now/", series.RunNowView.as_view()),
    path("series/<uuid:series_id>/upcoming/", series.UpcomingView.as_view()),
    path("stats/", stats.StatsView.as_view()),
    path("stats/types/", stats.TypeStatsView.as_view()),
    path("audit/", audit.AuditView.as_view()),
    path("events/", monitoring.FeedView.as_view()),
    path("workers/", monitoring.WorkersView.as_view()),
    path("processes/", monitoring.ProcessesView.as_view()),
    path("queues/", monitoring.QueuesView.as_view()),
]
