"""A series tells why and until when it is paused, and counts its failed runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0006_operations")]
    operations = [
        # The default is the database's: the version before this one writes its rows without it.
        migrations.AddField("series", "failures_in_row", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddField("series", "paused_reason", models.TextField(null=True)),
        migrations.AddField("series", "paused_until", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "series",
            models.Index(
                fields=["paused_until"],
                condition=models.Q(paused_until__isnull=False),
                name="series_paused_until",
            ),
        ),
    ]
