"""Jobs due at one moment in the order in which they were made. Built beside what runs: nothing is locked."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("jobs", "0009_worker_job_types")]
    operations = [
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["queue", "limited", "priority", "template", "claim_at", "id"],
                condition=models.Q(state="scheduled"),
                name="job_due_by_type",
            ),
        ),
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["template", "-priority", "claim_at", "id"],
                condition=models.Q(state="scheduled", limited=True),
                name="job_due_for_slots",
            ),
        ),
        RemoveIndexConcurrently("job", "job_due_in_turn"),
        RemoveIndexConcurrently("job", "job_due_for_a_slot"),
    ]
