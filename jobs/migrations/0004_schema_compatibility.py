"""The one row that names the oldest code which this schema carries (scheduler_project/schema.py).

No model: it is written by migrations alone, and emptying the models' tables must leave it.
"""

from django.db import migrations

CREATE = """
    CREATE TABLE schema_compatibility (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        oldest_code integer NOT NULL
    );
    INSERT INTO schema_compatibility (oldest_code) VALUES (1);
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_interruptions")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE schema_compatibility")]
