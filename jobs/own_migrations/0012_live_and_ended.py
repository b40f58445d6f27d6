"""Live jobs move to a table of their own; ended jobs, events and log lines to tables that are partitioned by job.

Older code cannot run on this schema: stop all processes before. One transaction copies all rows.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import deletion
from django.db.models.functions import Now

from jobs.own_migrations import _0012_tables as tables

STATES = [(state, state) for state in ("scheduled", "queued", "running", "succeeded", "failed", "terminated")]
EACH_JOB = [
    ("id", models.UUIDField(primary_key=True, serialize=False)),
    ("created_at", models.DateTimeField(db_default=Now())),
    ("start_time", models.DateTimeField()),
    ("started_at", models.DateTimeField(null=True)),
    ("terminate_requested_at", models.DateTimeField(null=True)),
    ("template_version", models.IntegerField()),
    ("version", models.IntegerField(default=1)),
    ("attempt", models.IntegerField(default=0)),
    ("failures", models.IntegerField(default=0)),
    ("losses", models.IntegerField(default=0)),
    ("interruptions", models.IntegerField(default=0)),
    ("max_attempts", models.IntegerField(default=1)),
    ("max_lost", models.IntegerField(default=3)),
    ("log_lines", models.IntegerField(default=0)),
    ("completion_percentage", models.SmallIntegerField(default=0)),
    ("priority", models.SmallIntegerField(default=0)),
    ("state", models.TextField(choices=STATES, default="scheduled")),
    ("reason", models.TextField(null=True)),
    ("payload", models.JSONField()),
    ("created_by", models.CharField(max_length=150)),
    ("progress_message", models.TextField(blank=True, default="")),
    ("error", models.JSONField(null=True)),
    ("queue", models.TextField(default="default")),
    ("worker", models.TextField(null=True)),
    (
        "series",
        models.ForeignKey(
            db_constraint=False,
            db_index=False,
            null=True,
            on_delete=deletion.PROTECT,
            related_name="%(class)ss",
            to="restjob_jobs.series",
        ),
    ),
    ("series_number", models.IntegerField(null=True)),
    ("rerun_of", models.UUIDField(null=True)),
    ("parent", models.UUIDField(null=True)),
    ("tags", ArrayField(base_field=models.TextField(), null=True, size=None)),
    ("traceparent", models.TextField(null=True)),
    ("terminate_requested_by", models.CharField(blank=True, default="", max_length=150)),
]
TEMPLATE = (
    "template",
    models.ForeignKey(
        db_column="job_type",
        db_constraint=False,
        db_index=False,
        on_delete=deletion.PROTECT,
        related_name="%(class)ss",
        to="templates_app.jobtemplate",
    ),
)
WHILE_LIVE = [
    ("secrets", models.TextField(null=True)),
    ("limited", models.BooleanField(default=False)),
    ("withdrawals", models.IntegerField(default=0)),
    ("retry_backoff_seconds", models.IntegerField(default=10)),
    ("timeout_seconds", models.IntegerField(null=True)),
    ("fresh_process", models.BooleanField(default=False)),
    ("lease", models.UUIDField(null=True)),
    ("lease_until", models.DateTimeField(null=True)),
    ("worker_pid", models.IntegerField(null=True)),
    ("beat", models.IntegerField(default=0)),
    ("claim_at", models.DateTimeField()),
    ("publish_due", models.DateTimeField(null=True)),
    ("publishes", models.IntegerField(default=0)),
    ("armed", models.BooleanField(default=False)),
]

LIVE_JOB = migrations.CreateModel(
    "LiveJob",
    [
        *EACH_JOB,
        *WHILE_LIVE,
        (
            "template",
            models.ForeignKey(
                db_column="job_type",
                db_index=False,
                on_delete=deletion.PROTECT,
                related_name="livejobs",
                to="templates_app.jobtemplate",
            ),
        ),
    ],
    {
        "db_table": "jobs_live",
        "default_permissions": (),
        "indexes": [
            models.Index(
                condition=models.Q(("state", "scheduled")),
                fields=["queue", "limited", "priority", "template", "claim_at", "id"],
                name="live_due",
            ),
            models.Index(
                condition=models.Q(("limited", True), ("state__in", ["queued", "running"])),
                fields=["template"],
                name="live_in_a_slot",
            ),
            models.Index(
                condition=models.Q(("state", "queued")), fields=["queue", "publish_due"], name="live_queued"
            ),
            models.Index(
                condition=models.Q(("state", "running")), fields=["worker", "started_at"], name="live_running"
            ),
            models.Index(
                condition=models.Q(("armed", False), ("series__isnull", False), ("state", "scheduled")),
                fields=["series"],
                name="live_unarmed",
            ),
        ],
        "constraints": [
            models.CheckConstraint(
                condition=models.Q(("state__in", ["scheduled", "queued", "running"])), name="live_state"
            ),
            models.CheckConstraint(
                condition=models.Q(("completion_percentage__lte", 100)), name="live_percentage"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease__isnull", False), ("state", "running")),
                    models.Q(models.Q(("state", "running"), _negated=True), ("lease__isnull", True)),
                    _connector="OR",
                ),
                name="live_lease_iff_running",
            ),
            models.UniqueConstraint(
                condition=models.Q(("series__isnull", False)), fields=("series",), name="live_one_per_series"
            ),
        ],
    },
)
PARTITIONED = [
    migrations.CreateModel(
        "EndedJob",
        [
            *EACH_JOB,
            TEMPLATE,
            ("result", models.JSONField(null=True)),
            ("failure_group", models.TextField(null=True)),
            ("terminated_at", models.DateTimeField()),
        ],
        {
            "db_table": "jobs_ended",
            "default_permissions": (),
            "indexes": [
                models.Index(fields=["template", "id"], name="ended_by_type"),
                models.Index(fields=["state", "id"], name="ended_by_state"),
                models.Index(
                    condition=models.Q(("state", "succeeded"), _negated=True),
                    fields=["template", "id"],
                    name="ended_otherwise_by_type",
                ),
                models.Index(
                    condition=models.Q(("reason__isnull", False)), fields=["reason", "id"], name="ended_by_reason"
                ),
                models.Index(
                    condition=models.Q(("queue", "default"), _negated=True), fields=["queue", "id"], name="ended_by_queue"
                ),
                models.Index(fields=["created_by", "id"], name="ended_by_author"),
                models.Index(fields=["terminated_at"], name="ended_by_end"),
                models.Index(
                    condition=models.Q(("series__isnull", False)),
                    fields=["series", "series_number"],
                    name="ended_by_series",
                ),
                models.Index(
                    condition=models.Q(("rerun_of__isnull", False)),
                    fields=["rerun_of"],
                    name="ended_by_origin",
                ),
                models.Index(
                    condition=models.Q(("parent__isnull", False)), fields=["parent"], name="ended_by_parent"
                ),
                models.Index(
                    condition=models.Q(("failure_group__isnull", False)),
                    fields=["failure_group", "id"],
                    name="ended_by_group",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("state__in", ["succeeded", "failed", "terminated"])),
                    name="ended_state",
                )
            ],
        },
    ),
    migrations.CreateModel(
        "Job",
        [
            *EACH_JOB,
            TEMPLATE,
            *WHILE_LIVE,
            ("terminated_at", models.DateTimeField(null=True)),
            ("result", models.JSONField(null=True)),
            ("failure_group", models.TextField(null=True)),
        ],
        {
            "db_table": "jobs_job",
            "managed": False,
            "indexes": [],
            "constraints": [],
        },
    ),
    migrations.CreateModel(
        name="JobEvent",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            (
                "job",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=deletion.DO_NOTHING,
                    related_name="events",
                    to="restjob_jobs.job",
                ),
            ),
            ("at", models.DateTimeField(db_default=Now())),
            ("version", models.IntegerField()),
            ("attempt", models.IntegerField()),
            ("kind", models.TextField()),
            ("actor", models.TextField(blank=True, db_default="", default="")),
            ("address", models.TextField(null=True)),
            ("via", models.TextField(null=True)),
            ("snapshot", models.JSONField(null=True)),
            ("detail", models.JSONField(null=True)),
        ],
        options={
            "db_table": "jobs_event",
            "default_permissions": (),
            "indexes": [
                models.Index(fields=["job"], name="event_by_job"),
                models.Index(
                    condition=models.Q(("kind__in", ["job_progress", "job_log"])),
                    fields=["at"],
                    name="event_to_prune",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("kind", "job_created")), fields=("job",), name="event_once_created"
                ),
                models.UniqueConstraint(
                    condition=models.Q(("kind", "job_terminated")),
                    fields=("job",),
                    name="event_once_terminated",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LogChunk",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            (
                "job",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=deletion.DO_NOTHING,
                    related_name="log_chunks",
                    to="restjob_jobs.job",
                ),
            ),
            ("first", models.PositiveIntegerField()),
            ("count", models.PositiveIntegerField()),
            ("lines", models.JSONField()),
        ],
        options={
            "db_table": "jobs_log",
            "default_permissions": (),
            "constraints": [models.UniqueConstraint(fields=("job", "first"), name="log_once")],
            "indexes": [],
        },
    ),
    migrations.CreateModel(
        name="FeedBatch",
        fields=[
            ("last_seq", models.BigIntegerField(primary_key=True, serialize=False)),
            ("event_ids", ArrayField(base_field=models.BigIntegerField(), size=None)),
            ("job_ids", ArrayField(base_field=models.UUIDField(), size=None)),
            ("at", models.DateTimeField(db_default=Now())),
        ],
        options={
            "db_table": "jobs_feed",
            "default_permissions": (),
            "indexes": [],
            "constraints": [],
        },
    ),
    migrations.CreateModel(
        name="RelayState",
        fields=[
            ("last_seq", models.BigIntegerField(primary_key=True, serialize=False)),
            ("read_up_to", models.BigIntegerField()),
            ("missing", models.TextField()),
            ("missing_before", models.TextField()),
            ("missing_before_until", models.TextField()),
            ("rotated_at", models.DateTimeField()),
        ],
        options={
            "db_table": "jobs_relaystate",
            "default_permissions": (),
            "indexes": [],
            "constraints": [],
        },
    ),
    migrations.CreateModel(
        name="JobMinute",
        fields=[
            ("pk", models.CompositePrimaryKey("minute", "job_type", "queue", blank=True, editable=False, primary_key=True, serialize=False)),
            ("minute", models.DateTimeField()),
            ("job_type", models.TextField()),
            ("queue", models.TextField()),
            ("created", models.IntegerField()),
            ("started", models.IntegerField()),
            ("succeeded", models.IntegerField()),
            ("failed_by_error", models.IntegerField()),
            ("failed_by_timeout", models.IntegerField()),
            ("failed_by_loss", models.IntegerField()),
            ("failed_without_handler", models.IntegerField()),
            ("terminated", models.IntegerField()),
            ("wait_seconds", models.FloatField()),
            ("waits", ArrayField(base_field=models.IntegerField(), size=None)),
            ("run_seconds", models.FloatField()),
            ("runs", ArrayField(base_field=models.IntegerField(), size=None)),
        ],
        options={
            "db_table": "jobs_minute",
            "default_permissions": (),
            "indexes": [],
            "constraints": [],
        },
    ),
    migrations.CreateModel(
        name="JobTotal",
        fields=[
            ("pk", models.CompositePrimaryKey("day", "job_type", "state", blank=True, editable=False, primary_key=True, serialize=False)),
            ("day", models.DateField()),
            ("job_type", models.TextField()),
            ("state", models.TextField()),
            ("number", models.BigIntegerField()),
        ],
        options={
            "db_table": "jobs_total",
            "default_permissions": (),
            "indexes": [],
            "constraints": [],
        },
    ),
]


class Migration(migrations.Migration):
    dependencies = [("restjob_jobs", "0011_own_label"), ("templates_app", "0001_initial")]
    operations = [
        migrations.AlterField("idempotencykey", "job", models.UUIDField(null=True, db_column="job_id")),
        migrations.RenameField("idempotencykey", "job", "job_id"),
        migrations.AlterField("idempotencykey", "job_id", models.UUIDField(null=True)),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(tables.SET_ASIDE)],
            [migrations.DeleteModel(name) for name in ("LogChunk", "JobEvent", "Relay", "Job")],
        ),
        LIVE_JOB,
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(sql)
                for sql in (
                    tables.CREATE,
                    [tables.LOWEST_ID],
                    [tables.PARTITION],
                    tables.COPY,
                    tables.INDEX,
                    tables.COUNT,
                    tables.VIEW,
                    tables.FINISH,
                )
            ],
            PARTITIONED,
        ),
    ]
