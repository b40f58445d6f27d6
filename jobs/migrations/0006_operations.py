"""Operations on many jobs go on in the background; an idempotency key may stand for other things than a job.

Code from before this goes on beside newer code: it always names a job with its keys.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_processes")]
    operations = [
        migrations.AddField("idempotencykey", "answer", models.JSONField(null=True)),
        migrations.AlterField(
            "idempotencykey",
            "job",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="jobs.job"
            ),
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("state", models.TextField(default="running")),
                ("created_by", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                ("matched", models.IntegerField(default=0)),
                ("ended_before", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "running")), fields=["id"], name="operation_running"),
                    models.Index(fields=["ended_at"], name="operation_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperationPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                (
                    "job_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("worked", models.IntegerField(db_default=0, default=0)),
                ("finished", models.BooleanField(db_default=False, default=False)),
                ("free_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("terminated", models.IntegerField(db_default=0, default=0)),
                ("requested", models.IntegerField(db_default=0, default=0)),
                ("already_ended", models.IntegerField(db_default=0, default=0)),
                ("created", models.IntegerField(db_default=0, default=0)),
                ("refused", models.IntegerField(db_default=0, default=0)),
                ("refusals", models.JSONField(db_default=[], default=list)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="jobs.operation"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished", False)), fields=["number", "id"], name="part_to_do"
                    ),
                ],
            },
        ),
    ]
