"""Accounts at the sign-in provider and their sessions; when the API tokens of its users stop."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('restjob_accounts', '0007_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='SeenLogout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'accounts_seenlogout',
            },
        ),
        migrations.AddField(
            model_name='user',
            name='must_sign_in_by',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='ProviderAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=500)),
                ('subject', models.CharField(max_length=255)),
                ('last_sign_in_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'accounts_provideraccount',
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='provider_account_once')],
            },
        ),
        migrations.CreateModel(
            name='ProviderSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('sid_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='restjob_accounts.provideraccount')),
            ],
            options={
                'db_table': 'accounts_providersession',
            },
        ),
    ]
