"""The audit trail in tables by month, signed and chained. Code of the version before writes to the former table."""

from django.db import migrations, models

from accounts.own_migrations import _0010_sql as sql


class Migration(migrations.Migration):

    dependencies = [
        ('restjob_accounts', '0009_second_factors'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql.TABLES + sql.GUARDS + sql.PARTITIONS + sql.FORMER, sql.UNDO
                ),
            ],
            state_operations=[
                migrations.DeleteModel(name='AuditEntry'),
                migrations.CreateModel(
                    name='AuditEntry',
                    fields=[
                        ('id', models.UUIDField(primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('actor', models.TextField()),
                        ('on_behalf_of', models.TextField()),
                        ('address', models.TextField(null=True)),
                        ('via', models.TextField()),
                        ('action', models.TextField()),
                        ('object', models.TextField()),
                        ('before', models.TextField(null=True)),
                        ('after', models.TextField(null=True)),
                        ('key_id', models.TextField()),
                        ('mac', models.BinaryField()),
                    ],
                    options={
                        'verbose_name_plural': 'audit trail',
                        'db_table': 'accounts_audit',
                        'ordering': ['-at', '-id'],
                        'indexes': [
                            models.Index(fields=['object', 'at'], name='audit_by_object'),
                            models.Index(fields=['actor', 'at'], name='audit_by_actor'),
                            models.Index(fields=['action', 'at'], name='audit_by_action'),
                            models.Index(fields=['via', 'at'], name='audit_by_via'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AuditLink',
                    fields=[
                        ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('linked_at', models.DateTimeField()),
                        ('entry_at', models.DateTimeField()),
                        ('entry_id', models.UUIDField()),
                        ('hash', models.BinaryField()),
                        ('key_id', models.TextField()),
                        ('mac', models.BinaryField()),
                    ],
                    options={
                        'db_table': 'accounts_auditlink',
                        'default_permissions': (),
                        'indexes': [models.Index(fields=['entry_at', 'entry_id'], name='auditlink_by_entry')],
                    },
                ),
                migrations.CreateModel(
                    name='PendingAuditEntry',
                    fields=[
                        ('id', models.UUIDField(primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                    ],
                    options={'db_table': 'accounts_auditpending', 'default_permissions': ()},
                ),
                migrations.CreateModel(
                    name='AuditHead',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                        ('seq', models.BigIntegerField()),
                        ('hash', models.BinaryField()),
                        ('key_id', models.TextField()),
                        ('mac', models.BinaryField()),
                    ],
                    options={'db_table': 'accounts_audithead', 'default_permissions': ()},
                ),
                migrations.CreateModel(
                    name='AuditCheckpoint',
                    fields=[
                        ('pk', models.CompositePrimaryKey('dropped_before', 'seq', 'mac', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('dropped_before', models.DateTimeField()),
                        ('seq', models.BigIntegerField()),
                        ('hash', models.BinaryField()),
                        ('made_at', models.DateTimeField()),
                        ('key_id', models.TextField()),
                        ('mac', models.BinaryField()),
                    ],
                    options={'db_table': 'accounts_auditcheckpoint', 'default_permissions': ()},
                ),
            ],
        ),
    ]
