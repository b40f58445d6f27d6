"""The secrets that templates name by `secretRef`."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('templates_app', '0002_access'),
    ]

    operations = [
        migrations.CreateModel(
            name='SharedSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=63, unique=True)),
                ('job_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
                ('hosts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), null=True, size=None)),
                ('source', models.CharField(max_length=4200)),
                ('secrets', models.TextField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.CharField(max_length=150)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_by', models.CharField(max_length=150)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
    ]
