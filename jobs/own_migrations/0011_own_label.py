"""The app's label is its own now: what speaks of its models by label, in Django admin's history, follows.

The tables keep their names. Code from before this goes on beside it: that makes such a row again where it needs one.
"""

from django.db import migrations

MOVE = """
    UPDATE django_content_type AS type SET app_label = '{new}' WHERE type.app_label = '{old}'
        AND type.model IN ('idempotencykey', 'job', 'jobevent', 'logchunk', 'operation', 'operationpart', 'process',
            'pulse', 'relay', 'series', 'workernode')
        AND NOT EXISTS (SELECT FROM django_content_type AS own WHERE own.app_label = '{new}' AND own.model = type.model)
"""


class Migration(migrations.Migration):
    dependencies = [("restjob_jobs", "0010_due_in_order"), ("contenttypes", "0002_remove_content_type_name")]
    operations = [
        migrations.RunSQL(
            MOVE.format(new="restjob_jobs", old="jobs"), MOVE.format(new="jobs", old="restjob_jobs")
        )
    ]
