"""The one row that the relay locks and counts in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [
        migrations.RunSQL("INSERT INTO jobs_relay (id, last_seq, sent_seq) VALUES (1, 0, 0)", migrations.RunSQL.noop)
    ]
