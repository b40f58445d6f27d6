"""Runs cut short with their worker are counted apart from crashes; a template may ask for a process of its own.

Both columns have a default in the database: code from before them goes on beside newer code.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_relay_row")]
    operations = [
        migrations.AddField("job", "fresh_process", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("job", "interruptions", models.IntegerField(default=0, db_default=0)),
    ]
