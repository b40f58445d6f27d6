"""The access of templates, for statements: on a restricted one only admins and those with a grant have rights."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('templates_app', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='jobtemplate',
            name='restricted',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
