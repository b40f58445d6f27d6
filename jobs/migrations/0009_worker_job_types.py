"""Workers announce the job types that they have handlers for; those of the version before announce none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0008_fair_turns")]
    operations = [migrations.AddField("workernode", "job_types", models.JSONField(null=True))]
