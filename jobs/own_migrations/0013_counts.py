"""Counts that never fall, for metrics; what processes measure themselves. Existing minutes are added up once."""

import django.contrib.postgres.fields
from django.db import migrations, models


NUMBERS = (
    "created, started, succeeded, failed_by_error, failed_by_timeout, failed_by_loss, failed_without_handler, terminated"
)
ADD_UP = f"""
    INSERT INTO jobs_countmark (id, minute) VALUES (1, date_trunc('minute', now() - interval '10 minutes'));
    WITH counted AS MATERIALIZED (SELECT * FROM jobs_minute WHERE minute < (SELECT minute FROM jobs_countmark)),
    waits AS (
        SELECT job_type, queue, array_agg(number ORDER BY bucket) AS numbers FROM (
            SELECT job_type, queue, bucket, sum(number) AS number
            FROM counted CROSS JOIN unnest(waits) WITH ORDINALITY AS one(number, bucket) GROUP BY 1, 2, 3
        ) AS buckets GROUP BY 1, 2
    ), runs AS (
        SELECT job_type, queue, array_agg(number ORDER BY bucket) AS numbers FROM (
            SELECT job_type, queue, bucket, sum(number) AS number
            FROM counted CROSS JOIN unnest(runs) WITH ORDINALITY AS one(number, bucket) GROUP BY 1, 2, 3
        ) AS buckets GROUP BY 1, 2
    )
    INSERT INTO jobs_count (job_type, queue, {NUMBERS}, wait_seconds, waits, run_seconds, runs)
    SELECT job_type, queue, {", ".join(f"sum({name.strip()})" for name in NUMBERS.split(","))},
        sum(wait_seconds), waits.numbers, sum(run_seconds), runs.numbers
    FROM counted JOIN waits USING (job_type, queue) JOIN runs USING (job_type, queue)
    GROUP BY job_type, queue, waits.numbers, runs.numbers"""


class Migration(migrations.Migration):

    dependencies = [
        ('restjob_jobs', '0012_live_and_ended'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountMark',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('minute', models.DateTimeField()),
            ],
            options={
                'db_table': 'jobs_countmark',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DispatchCount',
            fields=[
                ('result', models.TextField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'db_table': 'jobs_dispatchcount',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='JobCount',
            fields=[
                ('pk', models.CompositePrimaryKey('job_type', 'queue', blank=True, editable=False, primary_key=True, serialize=False)),
                ('job_type', models.TextField()),
                ('queue', models.TextField()),
                ('created', models.BigIntegerField()),
                ('started', models.BigIntegerField()),
                ('succeeded', models.BigIntegerField()),
                ('failed_by_error', models.BigIntegerField()),
                ('failed_by_timeout', models.BigIntegerField()),
                ('failed_by_loss', models.BigIntegerField()),
                ('failed_without_handler', models.BigIntegerField()),
                ('terminated', models.BigIntegerField()),
                ('wait_seconds', models.FloatField()),
                ('waits', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('run_seconds', models.FloatField()),
                ('runs', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'db_table': 'jobs_count',
                'default_permissions': (),
            },
        ),
        migrations.RunSQL(ADD_UP, migrations.RunSQL.noop),
        # Last: it locks the table in which older processes report, until the end of this migration.
        migrations.AddField(
            model_name='process',
            name='figures',
            field=models.JSONField(null=True),
        ),
    ]
