"""The index by which a person's open entries are found among many ended ones; built without stopping the work of others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("kernel", "0007_practice_copies"),
        ("registers", "0002_who_opened"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(fields=["organisation_id", "owner_id", "state"], name="registers_entry_owned"),
        ),
    ]
