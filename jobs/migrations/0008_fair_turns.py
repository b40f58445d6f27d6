"""Due jobs by template, so that those of one priority can start in turn. Built beside what runs: nothing is locked."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("jobs", "0007_series_pauses")]
    operations = [
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["queue", "limited", "priority", "template", "claim_at"],
                condition=models.Q(state="scheduled"),
                name="job_due_in_turn",
            ),
        ),
    ]
