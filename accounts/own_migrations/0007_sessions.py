"""Whose each session is. Code from before this goes on beside it; its sessions get a row when they are next used."""

from hashlib import sha256

import django.db.models.deletion
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.utils import timezone


def add_sessions(apps, schema_editor):
    """Adds the sessions that there are; when they began is not known."""
    session = apps.get_model("restjob_accounts", "Session")
    users = set(apps.get_model("restjob_accounts", "User").objects.values_list("pk", flat=True))
    now = timezone.now()
    rows = []
    for data in apps.get_model("sessions", "Session").objects.filter(expire_date__gt=now).iterator():
        user_id = str(SessionStore().decode(data.session_data).get("_auth_user_id", ""))
        if user_id.isdigit() and int(user_id) in users:
            digest = sha256(data.session_key.encode()).hexdigest()
            rows.append(session(digest=digest, user_id=int(user_id), created_at=now, last_seen_at=now))
    session.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('restjob_accounts', '0005_reset_links'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('ip', models.GenericIPAddressField(null=True)),
                ('agent', models.CharField(blank=True, db_default='', max_length=200)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'accounts_session',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='wsticket',
            name='session',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.RunPython(add_sessions, migrations.RunPython.noop),
    ]
