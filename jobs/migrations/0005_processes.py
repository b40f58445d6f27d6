"""Every process reports that it lives, and dispatchers what keeps them from their work."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_schema_compatibility")]
    operations = [
        migrations.CreateModel(
            name="Process",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("host", models.TextField()),
                ("pid", models.PositiveIntegerField()),
                ("version", models.TextField()),
                ("problems", models.JSONField()),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("stopped_at", models.DateTimeField(null=True)),
            ],
        ),
        # The default is the database's: workers of the version before this one write their rows without it.
        migrations.AddField("workernode", "version", models.TextField(db_default="")),
    ]
