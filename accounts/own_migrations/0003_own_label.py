"""The app's label is its own now: what speaks of its models by label, in Django admin's history, follows.

The tables keep their names. Code from before this goes on beside it: that makes such a row again where it needs one.
"""

from django.db import migrations

MOVE = """
    UPDATE django_content_type AS type SET app_label = '{new}' WHERE type.app_label = '{old}'
        AND type.model IN ('apitoken', 'auditentry', 'signinfailures', 'signinlink', 'user', 'wsticket')
        AND NOT EXISTS (SELECT FROM django_content_type AS own WHERE own.app_label = '{new}' AND own.model = type.model)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("restjob_accounts", "0002_audit_is_append_only"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunSQL(
            MOVE.format(new="restjob_accounts", old="accounts"),
            MOVE.format(new="accounts", old="restjob_accounts"),
        )
    ]
